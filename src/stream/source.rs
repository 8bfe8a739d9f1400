//! Where rows come from: standard input, a file, a file that grows, a TCP or UDP port.
//!
//! Every source is read by a thread of its own, which hands over pieces of bytes and waits when they are
//! not taken: what is not yet read stays where it came from.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// Pieces that wait at most, and their length in bytes.
const WAITING: usize = 64;
const PIECE: usize = 1 << 16;
/// How often a source looks whether it should stop, or whether a file has grown.
const LOOK: Duration = Duration::from_millis(20);
/// Silence after which another sender may take over a UDP port.
const SILENCE: Duration = Duration::from_secs(2);

/// Where rows come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Standard input.
    Standard,
    /// A file, to its end or, with `follow`, beyond.
    File {
        /// The file.
        path: PathBuf,
        /// Wait for more at its end.
        follow: bool,
    },
    /// One sender after the other connects to this address.
    Tcp(SocketAddr),
    /// Datagrams of whole lines to this address.
    Udp(SocketAddr),
}

/// What a source tells.
#[derive(Debug)]
pub enum News {
    /// Bytes, as they came.
    Bytes(Vec<u8>),
    /// A sender has gone; another may come.
    Cut,
    /// Something that should be told: code and message.
    Note(&'static str, String),
    /// Nothing more will come.
    End,
    /// It cannot be read.
    Failed(io::Error),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Standard => f.write_str("standard input"),
            Source::File { path, .. } => write!(f, "{}", path.display()),
            Source::Tcp(address) => write!(f, "tcp://{address}"),
            Source::Udp(address) => write!(f, "udp://{address}"),
        }
    }
}

/// A source that is being read.
pub struct Reading {
    /// What it tells.
    pub news: Receiver<News>,
    /// The address that it really listens on.
    pub address: Option<SocketAddr>,
    stop: Arc<AtomicBool>,
}

impl Drop for Reading {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// Begins to read a source.
///
/// # Errors
/// When a file cannot be opened or a port cannot be listened on.
pub fn open(source: &Source) -> io::Result<Reading> {
    let (sender, news) = sync_channel(WAITING);
    let stop = Arc::new(AtomicBool::new(false));
    let out = Out {
        sender,
        stop: stop.clone(),
    };
    let mut address = None;
    match source {
        Source::Standard => spawn(move || read(&mut io::stdin(), &out, false)),
        Source::File { path, follow } => {
            let (mut file, follow) = (File::open(path)?, *follow);
            spawn(move || read(&mut file, &out, follow));
        }
        Source::Tcp(at) => {
            let listener = TcpListener::bind(at)?;
            listener.set_nonblocking(true)?;
            address = Some(listener.local_addr()?);
            spawn(move || accept(&listener, &out));
        }
        Source::Udp(at) => {
            let socket = UdpSocket::bind(at)?;
            socket.set_read_timeout(Some(LOOK))?;
            address = Some(socket.local_addr()?);
            spawn(move || datagrams(&socket, &out));
        }
    }
    Ok(Reading {
        news,
        address,
        stop,
    })
}

fn spawn(work: impl FnOnce() + Send + 'static) {
    // a thread that waits for input ends with the program
    let _ = thread::Builder::new().name("source".into()).spawn(work);
}

/// Where a source puts what it has.
struct Out {
    sender: SyncSender<News>,
    stop: Arc<AtomicBool>,
}

impl Out {
    /// Waits until there is room; false when nobody listens any more.
    fn tell(&self, news: News) -> bool {
        !self.stopped() && self.sender.send(news).is_ok()
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Reads to the end; with `follow` waits there for more, and begins again when the file has become
/// shorter.
fn read(input: &mut dyn Read, out: &Out, follow: bool) {
    let mut piece = vec![0; PIECE];
    loop {
        match input.read(&mut piece) {
            Ok(0) if follow && !out.stopped() => thread::sleep(LOOK),
            Ok(0) => break,
            Ok(length) => {
                let bytes = piece.get(..length).unwrap_or_default().to_vec();
                if !out.tell(News::Bytes(bytes)) {
                    return;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                out.tell(News::Failed(error));
                return;
            }
        }
    }
    out.tell(News::End);
}

/// One sender after the other; while one is connected, others are turned away.
fn accept(listener: &TcpListener, out: &Out) {
    while !out.stopped() {
        match listener.accept() {
            Ok((stream, peer)) => {
                if !out.tell(News::Note("connected", format!("{peer} is connected"))) {
                    return;
                }
                connection(listener, stream, out);
                if !out.tell(News::Cut) {
                    return;
                }
            }
            Err(_) => thread::sleep(LOOK),
        }
    }
}

fn connection(listener: &TcpListener, mut stream: TcpStream, out: &Out) {
    let _ = stream.set_nonblocking(false);
    let _ = stream.set_read_timeout(Some(LOOK));
    let mut piece = vec![0; PIECE];
    let mut refused = 0_u64;
    while !out.stopped() {
        if let Ok((_, other)) = listener.accept() {
            // dropping it closes it
            refused += 1;
            if refused.is_power_of_two() {
                let note = format!("{other} was turned away: another sender is connected");
                out.tell(News::Note("second-sender", note));
            }
        }
        match stream.read(&mut piece) {
            Ok(0) => return,
            Ok(length) => {
                let bytes = piece.get(..length).unwrap_or_default().to_vec();
                if !out.tell(News::Bytes(bytes)) {
                    return;
                }
            }
            Err(error) if waits(&error) => {}
            Err(error) => {
                let note = format!("the connection was lost: {error}");
                out.tell(News::Note("connection-lost", note));
                return;
            }
        }
    }
}

fn waits(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted
    )
}

/// Datagrams of the sender that came first; another may take over after a silence.
fn datagrams(socket: &UdpSocket, out: &Out) {
    let mut piece = vec![0; PIECE];
    let mut sender: Option<(SocketAddr, Instant)> = None;
    let mut refused = 0_u64;
    while !out.stopped() {
        let Ok((length, from)) = socket.recv_from(&mut piece) else {
            continue;
        };
        match sender {
            Some((known, heard)) if known != from && heard.elapsed() < SILENCE => {
                refused += 1;
                if refused.is_power_of_two() {
                    let note = format!("datagrams of {from} are not used: {known} is sending");
                    out.tell(News::Note("second-sender", note));
                }
                continue;
            }
            Some((known, _)) if known == from => {}
            _ => {
                out.tell(News::Note("connected", format!("{from} is sending")));
            }
        }
        sender = Some((from, Instant::now()));
        let mut bytes = piece.get(..length).unwrap_or_default().to_vec();
        if bytes.last().is_some_and(|b| *b != b'\n') {
            bytes.push(b'\n');
        }
        if !out.tell(News::Bytes(bytes)) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::net::{Ipv4Addr, SocketAddr};

    fn loopback() -> SocketAddr {
        (Ipv4Addr::LOCALHOST, 0).into()
    }

    /// Everything that is told until `enough`.
    fn told(reading: &Reading, mut enough: impl FnMut(&News) -> bool) -> Vec<u8> {
        let mut bytes = Vec::new();
        while let Ok(news) = reading.news.recv_timeout(Duration::from_secs(10)) {
            if let News::Bytes(piece) = &news {
                bytes.extend_from_slice(piece);
            }
            if enough(&news) {
                return bytes;
            }
        }
        panic!("the source fell silent after {}", bytes.escape_ascii());
    }

    #[test]
    fn a_growing_file_is_followed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.csv");
        std::fs::write(&path, "a\n").unwrap();
        let reading = open(&Source::File {
            path: path.clone(),
            follow: true,
        })
        .unwrap();
        assert_eq!(told(&reading, |n| matches!(n, News::Bytes(_))), b"a\n");
        let mut file = std::fs::OpenOptions::new()
            .append(true)
            .open(&path)
            .unwrap();
        file.write_all(b"b\n").unwrap();
        assert_eq!(told(&reading, |n| matches!(n, News::Bytes(_))), b"b\n");
    }

    #[test]
    fn one_sender_after_the_other_and_none_beside() {
        let reading = open(&Source::Tcp(loopback())).unwrap();
        let address = reading.address.unwrap();
        let mut first = TcpStream::connect(address).unwrap();
        first.write_all(b"one\n").unwrap();
        told(&reading, |n| matches!(n, News::Bytes(_)));
        let _second = TcpStream::connect(address).unwrap();
        told(&reading, |n| matches!(n, News::Note("second-sender", _)));
        drop(first);
        told(&reading, |n| matches!(n, News::Cut));
        let mut third = TcpStream::connect(address).unwrap();
        third.write_all(b"three\n").unwrap();
        assert_eq!(told(&reading, |n| matches!(n, News::Bytes(_))), b"three\n");
    }

    #[test]
    fn datagrams_are_lines_of_one_sender() {
        let reading = open(&Source::Udp(loopback())).unwrap();
        let address = reading.address.unwrap();
        let [first, second] = [(); 2].map(|()| UdpSocket::bind(loopback()).unwrap());
        first.send_to(b"1,2", address).unwrap();
        assert_eq!(told(&reading, |n| matches!(n, News::Bytes(_))), b"1,2\n");
        second.send_to(b"9,9", address).unwrap();
        let bytes = told(&reading, |n| matches!(n, News::Note("second-sender", _)));
        assert!(bytes.is_empty());
    }
}
