//! A page that shows every stance and stride while the stream runs.
//!
//! Server-sent events over HTTP/1.1, a thread per connection, at most a few of them. Requests are
//! parsed by `httparse`; everything else that a server could do is left out: only `GET` of four fixed
//! paths, no state, no cookies, no request body, no other host name than the address itself.

mod http;

use super::line::{Kind, Line};
use http::{Reply, Request};
use std::collections::VecDeque;
use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// Connections at a time.
const CONNECTIONS_MAX: usize = 32;
/// Lines that a page which comes later is told first.
const REMEMBERED: usize = 60;
/// Lines that may wait for one page before it is dropped (it then connects again).
const WAITING: usize = 256;
/// A page is told this often that the stream is still there.
const BEAT: Duration = Duration::from_secs(5);
/// A page that takes nothing for so long is dropped.
const PATIENCE: Duration = Duration::from_secs(5);

const HTML: &str = include_str!("page.html");
const SCRIPT: &str = include_str!("page.js");
const STYLE: &str = include_str!("page.css");

/// The page while it is served.
pub struct Page {
    shared: Arc<Shared>,
    address: SocketAddr,
}

struct Shared {
    html: String,
    port: u16,
    lines: Mutex<Lines>,
    connections: AtomicUsize,
    stopped: AtomicBool,
}

#[derive(Default)]
struct Lines {
    count: u64,
    last: VecDeque<Arc<String>>,
    pages: Vec<SyncSender<Arc<String>>>,
}

impl Page {
    /// Serves the page on an address; the bars have a line at `target_deg` of drop.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub fn serve(address: SocketAddr, target_deg: f64) -> io::Result<Page> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            html: HTML.replace("{target}", &format!("{target_deg}")),
            port: address.port(),
            lines: Mutex::default(),
            connections: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
        });
        let served = shared.clone();
        thread::Builder::new()
            .name("page".into())
            .spawn(move || accept(&listener, &served))?;
        Ok(Page { shared, address })
    }

    /// Where it is served.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Shows a line.
    pub fn show(&self, line: &Line) {
        let mut lines = lock(&self.shared.lines);
        lines.count += 1;
        let event = Arc::new(event(lines.count, line.kind, &line.json));
        if lines.last.len() == REMEMBERED {
            lines.last.pop_front();
        }
        lines.last.push_back(event.clone());
        // one that does not keep up is dropped, and connects again
        lines
            .pages
            .retain(|page| page.try_send(event.clone()).is_ok());
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
        lock(&self.shared.lines).pages.clear();
        // wakes the thread that waits for connections
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_millis(100));
    }
}

fn lock(lines: &Mutex<Lines>) -> std::sync::MutexGuard<'_, Lines> {
    lines.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A server-sent event; JSON has no line ends.
fn event(id: u64, kind: Kind, json: &str) -> String {
    format!("id: {id}\nevent: {}\ndata: {json}\n\n", kind.name())
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.stopped.load(Ordering::Relaxed) {
            return;
        }
        let Ok(stream) = stream else { continue };
        if shared.connections.fetch_add(1, Ordering::Relaxed) >= CONNECTIONS_MAX {
            shared.connections.fetch_sub(1, Ordering::Relaxed);
            continue; // dropping it closes it
        }
        let served = shared.clone();
        let answered = thread::Builder::new().name("page".into()).spawn(move || {
            // a browser that goes away is no fault
            let _ = answer(stream, &served);
            served.connections.fetch_sub(1, Ordering::Relaxed);
        });
        if answered.is_err() {
            shared.connections.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

fn answer(mut stream: TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let request = match http::request(&mut stream) {
        Ok(request) => request,
        Err(status) => return Reply::empty(status).send(&mut stream),
    };
    match refused(&request, shared.port) {
        Some(status) => Reply::empty(status).send(&mut stream),
        None => match request.path.as_str() {
            "/" => Reply::text("text/html", &shared.html).send(&mut stream),
            "/page.js" => Reply::text("text/javascript", SCRIPT).send(&mut stream),
            "/page.css" => Reply::text("text/css", STYLE).send(&mut stream),
            "/events" => events(stream, shared),
            _ => Reply::empty("404 Not Found").send(&mut stream),
        },
    }
}

/// Why a request is not answered.
fn refused(request: &Request, port: u16) -> Option<&'static str> {
    if request.method != "GET" {
        return Some("405 Method Not Allowed");
    }
    if !http::is_own_host(&request.host, port) {
        // a name that somebody else made to point here
        return Some("421 Misdirected Request");
    }
    let foreign = matches!(request.site.as_str(), "cross-site" | "same-site");
    (foreign && request.path != "/").then_some("403 Forbidden")
}

/// Events until the page or the stream ends.
fn events(mut stream: TcpStream, shared: &Shared) -> io::Result<()> {
    let (sender, news) = sync_channel(WAITING);
    let begun: Vec<Arc<String>> = {
        let mut lines = lock(&shared.lines);
        lines.pages.push(sender);
        lines.last.iter().cloned().collect()
    };
    Reply::events().send(&mut stream)?;
    for event in begun {
        stream.write_all(event.as_bytes())?;
    }
    stream.flush()?;
    tell(&mut stream, &news)
}

fn tell(stream: &mut TcpStream, news: &Receiver<Arc<String>>) -> io::Result<()> {
    loop {
        match news.recv_timeout(BEAT) {
            Ok(event) => stream.write_all(event.as_bytes())?,
            Err(RecvTimeoutError::Timeout) => stream.write_all(b": here\n\n")?,
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
        stream.flush()?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader, Read};
    use std::net::Ipv4Addr;
    use std::time::Instant;

    fn page() -> Page {
        Page::serve((Ipv4Addr::LOCALHOST, 0).into(), 5.0).unwrap()
    }

    fn ask(page: &Page, request: &str) -> String {
        let mut stream = TcpStream::connect(page.address()).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        let request = request.replace("HOST", &page.address().to_string());
        stream.write_all(request.as_bytes()).unwrap();
        let mut text = String::new();
        let _ = stream.read_to_string(&mut text);
        text
    }

    fn line(json: &str) -> Line {
        Line {
            kind: Kind::Stride,
            json: json.into(),
        }
    }

    #[test]
    fn the_page_is_whole_and_asks_nobody_else() {
        let page = page();
        let text = ask(&page, "GET / HTTP/1.1\r\nHost: HOST\r\n\r\n");
        assert!(text.starts_with("HTTP/1.1 200 OK\r\n"), "{text}");
        assert!(
            text.contains("Content-Security-Policy: default-src 'none'"),
            "{text}"
        );
        assert!(text.contains("data-target=\"5\""), "{text}");
        assert!(
            !text.contains("{target}") && !text.contains("http://"),
            "{text}"
        );
        assert!(!SCRIPT.contains("http") && !STYLE.contains("url("));
    }

    #[test]
    fn other_hosts_methods_and_sites_are_refused() {
        let page = page();
        let port = page.address().port();
        for (request, status) in [
            (
                "POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1\r\n\r\nx",
                "405",
            ),
            ("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", "421"),
            ("GET / HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n", "421"),
            ("GET / HTTP/1.1\r\n\r\n", "421"),
            (
                "GET /events HTTP/1.1\r\nHost: HOST\r\nSec-Fetch-Site: cross-site\r\n\r\n",
                "403",
            ),
            ("GET /../etc/passwd HTTP/1.1\r\nHost: HOST\r\n\r\n", "404"),
            ("nonsense\r\n\r\n", "400"),
        ] {
            let text = ask(&page, request);
            assert!(
                text.starts_with(&format!("HTTP/1.1 {status}")),
                "{request}: {text}"
            );
        }
        let local = format!("GET / HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
        assert!(ask(&page, &local).starts_with("HTTP/1.1 200"));
        let long = format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(1 << 16));
        assert!(!ask(&page, &long).starts_with("HTTP/1.1 200"));
    }

    #[test]
    fn lines_arrive_at_once_and_earlier_ones_first() {
        let page = page();
        page.show(&line("{\"stride\":1}"));
        let mut stream = TcpStream::connect(page.address()).unwrap();
        let request = format!("GET /events HTTP/1.1\r\nHost: {}\r\n\r\n", page.address());
        stream.write_all(request.as_bytes()).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        let mut lines = BufReader::new(stream).lines();
        let mut until = |wanted: &str| {
            lines
                .by_ref()
                .map_while(Result::ok)
                .any(|line| line.contains(wanted))
        };
        assert!(until("text/event-stream") && until("{\"stride\":1}"));
        let begun = Instant::now();
        page.show(&line("{\"stride\":2}"));
        assert!(until("{\"stride\":2}"));
        assert!(begun.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn many_that_say_nothing_do_not_keep_others_out_for_ever() {
        let page = page();
        let silent: Vec<TcpStream> = (0..CONNECTIONS_MAX + 5)
            .map(|_| TcpStream::connect(page.address()).unwrap())
            .collect();
        drop(silent);
        let asked = Instant::now();
        loop {
            if ask(&page, "GET / HTTP/1.1\r\nHost: HOST\r\n\r\n").starts_with("HTTP/1.1 200") {
                break;
            }
            assert!(asked.elapsed() < Duration::from_secs(20));
            thread::sleep(Duration::from_millis(20));
        }
    }
}
