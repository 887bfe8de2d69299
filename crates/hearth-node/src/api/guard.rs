//! Who may ask: what the head of a request says about where it comes from.
//!
//! A Unix socket cannot be reached by a browser, but something that forwards to it could be: a request that a web
//! page may have made is refused before anything else is looked at.

use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderName, Method, header};
use hearth_api::routes::{HOST, HOST_ALIAS};
use hearth_api::{ApiError, ErrorCode, limits, routes};

/// Checks where a request comes from.
pub(super) fn check_head(head: &Parts) -> Result<(), ApiError> {
    let is_ours = |host: &str| host == HOST || host == HOST_ALIAS;
    let from_browser = BROWSER_HEADERS.iter().any(|name| head.headers.contains_key(name));
    let mut hosts = head.headers.get_all(header::HOST).iter();
    let host = hosts.next();
    let foreign_host = host.is_some_and(|host| !host.to_str().is_ok_and(is_ours)) || hosts.next().is_some();
    let foreign_target = head.uri.authority().map(Authority::as_str).is_some_and(|host| !is_ours(host));
    if from_browser || foreign_host || foreign_target {
        return Err(ErrorCode::ForeignRequest.into());
    }
    Ok(())
}

/// Returns how many bytes the body of a request may have, and how it is called when it has more.
pub(super) fn body_bound(head: &Parts) -> (usize, ErrorCode) {
    let ends = ["/messages", "/replies", "/edit", "/objects", "/sponsors", "/reports"];
    let has_text = ends.iter().any(|end| head.uri.path().ends_with(end))
        || head.uri.path().starts_with(routes::SELF_RECORDS);
    let has_list = head.uri.path().ends_with("/meetings/import") || head.uri.path() == routes::FIND_MEETINGS;
    if head.method == Method::POST && head.uri.path() == routes::RESTORE {
        (limits::BACKUP_BODY_BYTES_MAX, ErrorCode::BodyTooLarge)
    } else if head.method == Method::POST && has_list {
        (limits::MEETING_LIST_BODY_BYTES_MAX, ErrorCode::BodyTooLarge)
    } else if head.method == Method::POST && has_text {
        (limits::MESSAGE_BODY_BYTES_MAX, ErrorCode::TextTooLarge)
    } else {
        (limits::BODY_BYTES_MAX, ErrorCode::BodyTooLarge)
    }
}

/// Headers that browsers add to requests of web pages, and that nothing else sends.
const BROWSER_HEADERS: [HeaderName; 6] = [
    header::ORIGIN,
    header::REFERER,
    HeaderName::from_static("sec-fetch-site"),
    HeaderName::from_static("sec-fetch-mode"),
    HeaderName::from_static("sec-fetch-dest"),
    header::COOKIE,
];

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    #[test]
    fn only_our_own_hosts_are_served() {
        let code = |uri: &str, hosts: &[&str]| {
            let request = hosts.iter().fold(Request::get(uri), |request, host| request.header("host", *host));
            check_head(&request.body(()).unwrap().into_parts().0).map_err(|error| error.code)
        };
        for hosts in [&[] as &[&str], &["localhost"], &["hearth"]] {
            assert_eq!(code("/v1/status", hosts), Ok(()), "{hosts:?}");
        }
        assert_eq!(code("http://localhost/v1/status", &["localhost"]), Ok(()));
        for hosts in [
            &["evil.example"] as &[&str],
            &["localhost.evil.example"],
            &["localhost:80"],
            &["LOCALHOST"],
            &[""],
            &["127.0.0.1"],
            &["localhost", "localhost"],
            &["localhost", "evil.example"],
        ] {
            assert_eq!(code("/v1/status", hosts), Err(ErrorCode::ForeignRequest), "{hosts:?}");
        }
        assert_eq!(code("http://evil.example/v1/status", &["localhost"]), Err(ErrorCode::ForeignRequest));
    }

    #[test]
    fn requests_of_web_pages_are_refused() {
        for (name, value) in [
            ("origin", "http://localhost"),
            ("Origin", "null"),
            ("referer", "http://localhost/"),
            ("Sec-Fetch-Site", "same-origin"),
            ("sec-fetch-mode", "cors"),
            ("cookie", "a=b"),
        ] {
            let request = Request::get("/v1/status").header("host", "localhost").header(name, value);
            let refused = check_head(&request.body(()).unwrap().into_parts().0);
            assert_eq!(refused.map_err(|error| error.code), Err(ErrorCode::ForeignRequest), "{name}");
        }
    }
}
