//! Rates of every stage on generated walking, with criterion's statistics.
//!
//! `cargo bench --bench stages` prints them; no test asserts a time.

mod support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};

fn stages(c: &mut Criterion) {
    for mut stage in support::stages() {
        let mut group = c.benchmark_group(stage.name);
        group.throughput(match stage.unit {
            "B" => Throughput::Bytes(stage.amount as u64),
            _ => Throughput::Elements(stage.amount as u64),
        });
        group.bench_function(stage.unit, |b| b.iter(&mut stage.run));
        group.finish();
    }
}

criterion_group!(benches, stages);
criterion_main!(benches);
