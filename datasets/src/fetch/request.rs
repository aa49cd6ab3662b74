//! One request over HTTP(S): for a whole file, or for the rest of one.

use std::io::Read;
use std::time::Duration;

use ureq::http::header::{CONTENT_RANGE, RANGE};
use ureq::{Agent, Proxy};

use super::FetchOptions;
use crate::{Error, Result};

/// What a server sends.
pub(super) enum Answer {
    /// Bytes of the file, from `start` on.
    Bytes { start: u64, total: Option<u64>, body: Box<dyn Read> },
    /// The server has nothing from there on.
    NoSuchRange,
}

/// Why a request failed, and whether another may succeed.
pub(super) struct Failure {
    pub(super) error: Error,
    pub(super) again: bool,
}

impl Failure {
    pub(super) fn last(error: Error) -> Failure {
        Failure { error, again: false }
    }

    pub(super) fn passing(error: Error) -> Failure {
        Failure { error, again: true }
    }
}

/// Requests a file from its byte `start` on.
pub(super) fn request(url: &str, start: u64, options: &FetchOptions) -> Result<Answer, Failure> {
    let mut request = agent(url, options).get(url);
    if 0 < start {
        request = request.header(RANGE, format!("bytes={start}-"));
    }
    let response = request.call().map_err(|error| failure(url, error, options))?;
    let status = response.status().as_u16();
    match status {
        416 if 0 < start => return Ok(Answer::NoSuchRange),
        200 | 206 => {}
        _ => {
            let error = Error::Status { url: url.to_owned(), status };
            // Overload, a timeout at the server, or its own fault may pass.
            let again = matches!(status, 408 | 425 | 429 | 500..=599);
            return Err(Failure { error, again });
        }
    }
    let range = response.headers().get(CONTENT_RANGE).and_then(|value| value.to_str().ok());
    let range = range.and_then(content_range);
    let length = response.body().content_length();
    let (start, total) = match (status, range) {
        (206, Some((from, total))) if from == start => (start, total),
        // A part that was not asked for is of no use.
        (206, _) => return Ok(Answer::NoSuchRange),
        _ => (0, None),
    };
    let total = total.or(length.and_then(|length| start.checked_add(length)));
    let body = response.into_body().into_with_config().limit(u64::MAX).reader();
    Ok(Answer::Bytes { start, total, body: Box::new(body) })
}

fn agent(url: &str, options: &FetchOptions) -> Agent {
    let host = url.split("//").nth(1).unwrap_or_default();
    let here = ["127.0.0.1", "localhost", "[::1]"].iter().any(|name| host.starts_with(name));
    let timeout: Option<Duration> = Some(options.timeout);
    let config = Agent::config_builder()
        .http_status_as_error(false)
        // What began encrypted stays so.
        .https_only(url.starts_with("https://"))
        .max_redirects(options.max_redirects)
        .max_redirects_will_error(true)
        .user_agent(concat!("oddity/", env!("CARGO_PKG_VERSION")))
        // The bytes as they lie there: lengths and ranges are those of the file.
        .accept_encoding("identity")
        // A proxy is not asked for what lies on this machine.
        .proxy(if here { None } else { Proxy::try_from_env() })
        .timeout_resolve(timeout)
        .timeout_connect(timeout)
        .timeout_recv_response(timeout)
        .timeout_per_read(timeout);
    config.build().new_agent()
}

fn failure(url: &str, error: ureq::Error, options: &FetchOptions) -> Failure {
    let url = url.to_owned();
    match error {
        ureq::Error::TooManyRedirects => {
            Failure::last(Error::Redirects { url, limit: options.max_redirects })
        }
        ureq::Error::RequireHttpsOnly(_) => Failure::last(Error::NotHttps { url }),
        error => {
            let again = !matches!(
                error,
                ureq::Error::BadUri(_) | ureq::Error::Tls(_) | ureq::Error::Rustls(_)
            );
            Failure { error: Error::Transport { url, source: Box::new(error) }, again }
        }
    }
}

/// The first byte and the length of the whole in `bytes FIRST-LAST/LENGTH`.
fn content_range(value: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = value.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last): (u64, u64) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    let total = if total.trim() == "*" { None } else { Some(total.trim().parse().ok()?) };
    (first <= last && total.is_none_or(|total| last < total)).then_some((first, total))
}

#[cfg(test)]
mod tests {
    use super::content_range;

    #[test]
    fn a_range_is_read_as_rfc_9110_writes_it() {
        assert_eq!(content_range("bytes 42-1233/1234"), Some((42, Some(1234))));
        assert_eq!(content_range("bytes 42-1233/*"), Some((42, None)));
        for bad in
            ["", "bytes */1234", "bytes 5-4/9", "bytes 0-9/9", "chars 0-9/10", "bytes x-9/10"]
        {
            assert_eq!(content_range(bad), None, "{bad}");
        }
    }
}
