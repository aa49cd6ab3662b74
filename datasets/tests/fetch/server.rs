//! A small HTTP server on loopback that misbehaves as it is told, one behaviour a request.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// What the server does with a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Behaviour {
    /// Sends what was asked for: the whole, or the rest with status 206.
    Right,
    /// Sends the whole whatever was asked for.
    IgnoresRange,
    /// Announces what was asked for, and closes after that many bytes of it.
    BreaksOff(usize),
    /// Announces that many bytes too many, and closes at the end.
    ClaimsMore(usize),
    /// Announces that many bytes too few, and sends all.
    ClaimsLess(usize),
    /// Announces no length, and sends the whole that many times over.
    NoLength(usize),
    /// Sends bytes of the right number that are wrong.
    WrongBytes,
    /// Answers a request for the rest with a part that was not asked for.
    OtherRange,
    /// Answers with that status and no content.
    Status(u16),
    /// Sends to another address of its own, without an end.
    Redirects,
    /// Sends that many bytes, and then nothing, without closing.
    Stalls(usize),
}

/// A running server; it stops when it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Serves `content` under any path, by those behaviours in turn, the last of them for all
    /// further requests.
    pub(crate) fn start(content: &[u8], behaviours: &[Behaviour]) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("a port");
        let requests = Arc::new(Mutex::new(Vec::new()));
        let stopped = Arc::new(AtomicBool::new(false));
        let (seen, stop) = (Arc::clone(&requests), Arc::clone(&stopped));
        let (content, behaviours) = (content.to_vec(), behaviours.to_vec());
        let serve = move || {
            let mut n_requests = 0;
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let behaviour = behaviours[n_requests.min(behaviours.len() - 1)];
                n_requests += 1;
                // A client that has gone away is no reason to stop.
                let _gone = answer(stream, &content, behaviour, &seen, &stop);
            }
        };
        let thread = Some(thread::spawn(serve));
        Server { address, requests, stopped, thread }
    }

    /// What the addresses of its files begin with.
    pub(crate) fn base(&self) -> String {
        format!("http://{}/data/", self.address)
    }

    /// The path and the range of each request so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("a list").clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        let _woken = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}

fn answer(
    stream: TcpStream,
    content: &[u8],
    behaviour: Behaviour,
    seen: &Mutex<Vec<String>>,
    stop: &AtomicBool,
) -> std::io::Result<()> {
    let (mut path, mut range) = (String::new(), None);
    let mut reader = BufReader::new(stream.try_clone()?);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        if let Some(rest) = line.strip_prefix("GET ") {
            path = rest.split(' ').next().unwrap_or_default().to_owned();
        }
        let lower = line.to_ascii_lowercase();
        if let Some(rest) = lower.strip_prefix("range: bytes=") {
            range = rest.trim().trim_end_matches('-').parse::<usize>().ok();
        }
    }
    let asked = range.map_or_else(String::new, |start| format!(" from {start}"));
    seen.lock().expect("a list").push(format!("{path}{asked}"));
    let start = match behaviour {
        Behaviour::IgnoresRange => 0,
        _ => range.unwrap_or(0).min(content.len()),
    };
    let (rest, n) = (&content[start..], content.len());
    let partial =
        format!("206 Partial Content\r\nContent-Range: bytes {start}-{}/{n}", n.max(1) - 1);
    let status = if 0 < start { partial } else { "200 OK".to_owned() };
    let wrong = vec![b'x'; rest.len()];
    let (status, length, body) = match behaviour {
        Behaviour::Right | Behaviour::IgnoresRange => (status, Some(rest.len()), rest),
        Behaviour::BreaksOff(at) => (status, Some(rest.len()), &rest[..at.min(rest.len())]),
        Behaviour::Stalls(at) => (status, Some(rest.len()), &rest[..at]),
        Behaviour::ClaimsMore(n) => ("200 OK".to_owned(), Some(content.len() + n), content),
        Behaviour::ClaimsLess(n) => ("200 OK".to_owned(), Some(content.len() - n), content),
        Behaviour::NoLength(_) => ("200 OK".to_owned(), None, content),
        Behaviour::WrongBytes => (status, Some(rest.len()), wrong.as_slice()),
        Behaviour::OtherRange => {
            let status = format!("206 Partial Content\r\nContent-Range: bytes 1-{}/{n}", n - 1);
            (status, Some(n - 1), &content[1..])
        }
        Behaviour::Status(code) => (format!("{code} So"), Some(0), &content[..0]),
        Behaviour::Redirects => (format!("302 Found\r\nLocation: {path}0"), Some(0), &content[..0]),
    };
    let length = length.map_or_else(String::new, |n| format!("Content-Length: {n}\r\n"));
    let mut stream = stream;
    write!(stream, "HTTP/1.1 {status}\r\n{length}Connection: close\r\n\r\n")?;
    let times = if let Behaviour::NoLength(times) = behaviour { times } else { 1 };
    for _ in 0..times {
        stream.write_all(body)?;
    }
    stream.flush()?;
    while matches!(behaviour, Behaviour::Stalls(_)) && !stop.load(Ordering::SeqCst) {
        thread::sleep(Duration::from_millis(10));
        // The client closes when it has waited long enough.
        if stream.write_all(&[]).is_err() || is_closed(&stream) {
            break;
        }
    }
    Ok(())
}

fn is_closed(stream: &TcpStream) -> bool {
    let nothing = stream.set_nonblocking(true).is_err();
    let closed = nothing || matches!(stream.peek(&mut [0]), Ok(0));
    stream.set_nonblocking(false).is_err() || closed
}
