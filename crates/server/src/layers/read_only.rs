//! An operator who looks into a business changes nothing there. That is held here, for every route at once: whatever is no
//! reading is refused before its handler is asked. Sockets hold the same in `talk::sockets`.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::Method;
use kernel::Problem;
use platform::{
    Fault,
    http::auth::{AuthPort, Identity, bearer},
};

/// The one thing such a session may do: end.
const SIGN_OUT: &str = "/api/auth/logout";
/// Asking for the code of a pairing begins the pairing, though it is a GET.
const PAIRING: &str = "/whatsapp/qr/";

fn is_reading(method: &Method, path: &str) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) && !path.starts_with(PAIRING)
}

/// The middleware.
pub async fn refuse_writes(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if is_reading(request.method(), path) || path == SIGN_OUT {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    if let (Some(port), Some(token)) = (parts.extensions.get::<AuthPort>().cloned(), bearer(&parts)) {
        // Whatever is wrong with the credential is said by the handler, which knows whether it needs one.
        if let Ok(Identity::Person(caller)) = port.0.identify(token).await {
            if caller.read_only {
                return Fault::from(Problem::read_only_session()).into_response();
            }
            parts.extensions.insert(caller);
        }
    }
    next.run(Request::from_parts(parts, body)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_is_what_changes_nothing() {
        assert!(is_reading(&Method::GET, "/api/team") && is_reading(&Method::HEAD, "/"));
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            assert!(!is_reading(&method, "/api/team"));
        }
        assert!(!is_reading(&Method::GET, "/whatsapp/qr/biz_1"));
    }
}
