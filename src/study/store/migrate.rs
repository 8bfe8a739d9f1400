//! Studies of older versions, brought up to date in one transaction.
//!
//! What older results did not hold stays empty; the next run analyses such recordings again, because
//! the version of the program is part of what steers an analysis.

use super::{Store, schema};
use crate::metrics::METRIC_NAMES;
use rusqlite::{Connection, TransactionBehavior};

/// A step from one version to the next.
struct Step {
    /// The version it starts from.
    from: i64,
    statements: &'static str,
}

/// Every step there ever was. A released step is never changed.
const STEPS: &[Step] = &[
    Step {
        from: 1,
        statements: "
ALTER TABLE recordings ADD COLUMN size TEXT NOT NULL
    DEFAULT '{\"inter_asis_m\":null,\"leg_length_m\":null}';
ALTER TABLE recordings ADD COLUMN subject_guessed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE recordings ADD COLUMN pool_session TEXT;
",
    },
    Step {
        from: 2,
        statements: "
ALTER TABLE recordings ADD COLUMN facts TEXT NOT NULL DEFAULT '{}';
UPDATE recordings SET facts = '{\"aid\":\"yes\"}' WHERE aid;
ALTER TABLE recordings DROP COLUMN aid;
",
    },
    Step {
        from: 3,
        statements: "
ALTER TABLE recordings ADD COLUMN calibration TEXT;
ALTER TABLE recordings ADD COLUMN part_of TEXT NOT NULL DEFAULT '';
ALTER TABLE recordings ADD COLUMN start_s REAL;
",
    },
    Step {
        from: 4,
        statements: "
ALTER TABLE recordings ADD COLUMN tasks TEXT NOT NULL DEFAULT '{}';
",
    },
];

impl Store {
    /// Whether the study was made by an older version.
    pub(super) fn is_outdated(&self) -> rusqlite::Result<bool> {
        let connection = self.connection();
        Ok(version(&connection)? < schema::VERSION || !missing_metrics(&connection)?.is_empty())
    }

    /// Brings the study up to date, whole or not at all.
    pub(super) fn migrate(&self) -> rusqlite::Result<()> {
        if !self.is_outdated()? {
            return Ok(());
        }
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found = version(&transaction)?;
        for step in STEPS.iter().filter(|step| step.from >= found) {
            transaction.execute_batch(step.statements)?;
        }
        // metrics are columns of their own: a new one needs no step
        for name in missing_metrics(&transaction)? {
            transaction.execute_batch(&format!("ALTER TABLE strides ADD COLUMN {name} REAL"))?;
        }
        transaction.pragma_update(None, "user_version", schema::VERSION)?;
        transaction.commit()
    }
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

fn missing_metrics(connection: &Connection) -> rusqlite::Result<Vec<&'static str>> {
    let mut query = connection.prepare("SELECT name FROM pragma_table_info('strides')")?;
    let there: Vec<String> = query
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let missing = |name: &&str| !there.iter().any(|column| column == name);
    Ok(METRIC_NAMES.iter().copied().filter(missing).collect())
}
