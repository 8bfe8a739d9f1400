//! As much of HTTP/1.1 as a page on the own machine needs.

use std::io::{self, Read, Write};
use std::net::{IpAddr, TcpStream};
use std::time::{Duration, Instant};

/// Longest request, bytes, and header lines in it.
const REQUEST_MAX: usize = 8192;
const HEADERS_MAX: usize = 64;
/// A request must be there in this time.
const REQUEST_TIME: Duration = Duration::from_secs(3);

/// What a request says, as far as it matters.
pub(super) struct Request {
    pub method: String,
    /// Without the query.
    pub path: String,
    /// Header `Host`; empty when there is none.
    pub host: String,
    /// Header `Sec-Fetch-Site`; empty when there is none.
    pub site: String,
}

/// Reads one request; an error is the status to answer with.
pub(super) fn request(stream: &mut TcpStream) -> Result<Request, &'static str> {
    let begun = Instant::now();
    let mut text = Vec::new();
    let mut piece = [0; 1024];
    loop {
        let left = REQUEST_TIME.saturating_sub(begun.elapsed());
        if left.is_zero() || stream.set_read_timeout(Some(left)).is_err() {
            return Err("408 Request Timeout");
        }
        let length = match stream.read(&mut piece) {
            Ok(length) if length > 0 => length,
            _ => return Err("408 Request Timeout"),
        };
        text.extend_from_slice(piece.get(..length).unwrap_or_default());
        if text.len() > REQUEST_MAX {
            return Err("431 Request Header Fields Too Large");
        }
        if let Some(request) = parsed(&text)? {
            return Ok(request);
        }
    }
}

/// The request, once it is whole.
fn parsed(text: &[u8]) -> Result<Option<Request>, &'static str> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(text) {
        Ok(httparse::Status::Complete(_)) => {}
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(_) => return Err("400 Bad Request"),
    }
    let mut hosts = request
        .headers
        .iter()
        .filter(|h| h.name.eq_ignore_ascii_case("host"));
    let host = hosts
        .next()
        .map(|h| String::from_utf8_lossy(h.value).into_owned());
    if hosts.next().is_some() {
        return Err("400 Bad Request");
    }
    let site = request
        .headers
        .iter()
        .find(|h| h.name.eq_ignore_ascii_case("sec-fetch-site"));
    let path = request.path.unwrap_or_default();
    Ok(Some(Request {
        method: request.method.unwrap_or_default().to_owned(),
        path: path.split('?').next().unwrap_or_default().to_owned(),
        host: host.unwrap_or_default(),
        site: site.map_or(String::new(), |h| {
            String::from_utf8_lossy(h.value).into_owned()
        }),
    }))
}

/// True for `localhost` or an address, with the port of the page. Any other name could be somebody's who
/// makes it point here (DNS rebinding).
pub(super) fn is_own_host(host: &str, port: u16) -> bool {
    let (name, given) = match host.rsplit_once(':') {
        Some((name, given)) if !given.contains(']') => (name, given.parse().ok()),
        _ => (host, Some(80)),
    };
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    let own = name.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok();
    own && given == Some(port)
}

/// An answer.
pub(super) struct Reply<'a> {
    status: &'static str,
    kind: &'static str,
    body: Option<&'a str>,
}

impl<'a> Reply<'a> {
    pub fn text(kind: &'static str, body: &'a str) -> Reply<'a> {
        Reply {
            status: "200 OK",
            kind,
            body: Some(body),
        }
    }

    pub fn empty(status: &'static str) -> Reply<'a> {
        Reply {
            status,
            kind: "text/plain",
            body: Some(""),
        }
    }

    /// The beginning of an answer that goes on.
    pub fn events() -> Reply<'a> {
        Reply {
            status: "200 OK",
            kind: "text/event-stream",
            body: None,
        }
    }

    pub fn send(&self, stream: &mut TcpStream) -> io::Result<()> {
        let mut head = format!(
            "HTTP/1.1 {}\r\nContent-Type: {}; charset=utf-8\r\nCache-Control: no-store\r\n\
             Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; \
             connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; \
             frame-ancestors 'none'\r\nX-Content-Type-Options: nosniff\r\n\
             Referrer-Policy: no-referrer\r\nCross-Origin-Resource-Policy: same-origin\r\n\
             Connection: close\r\n",
            self.status, self.kind
        );
        if self.status.starts_with("405") {
            head.push_str("Allow: GET\r\n");
        }
        if let Some(body) = self.body {
            head.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
        } else {
            head.push_str("\r\n");
        }
        stream.write_all(head.as_bytes())?;
        stream.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::is_own_host;

    #[test]
    fn only_addresses_and_localhost_are_own() {
        for host in [
            "127.0.0.1:8700",
            "localhost:8700",
            "LOCALHOST:8700",
            "[::1]:8700",
            "192.168.1.4:8700",
        ] {
            assert!(is_own_host(host, 8700), "{host}");
        }
        for host in [
            "",
            "127.0.0.1",
            "127.0.0.1:8701",
            "evil.example:8700",
            "127.0.0.1.evil.example:8700",
            "localhost.evil:8700",
            "[::1]",
            ":8700",
        ] {
            assert!(!is_own_host(host, 8700), "{host}");
        }
        assert!(is_own_host("localhost", 80) && is_own_host("[::1]", 80));
    }
}
