//! What each visitor gets at each route.

/// One request, and the status that each of [`super::scene::VISITORS`] gets for it, in that order.
#[derive(Debug)]
pub struct Row {
    pub method: &'static str,
    /// The path as the OpenAPI document writes it.
    pub template: &'static str,
    /// The path that is asked for; names in braces are filled in.
    pub asked: &'static str,
    /// JSON, nothing, or `file` for an upload.
    pub body: &'static str,
    pub statuses: [u16; 9],
}

const fn row(
    method: &'static str,
    template: &'static str,
    asked: &'static str,
    body: &'static str,
    statuses: [u16; 9],
) -> Row {
    Row { method, template, asked: if asked.is_empty() { template } else { asked }, body, statuses }
}

/// Open to everybody.
const PUBLIC: [u16; 9] = [200; 9];
/// A public form that is not filled in: no credential is asked for before that is noticed.
const EMPTY_FORM: [u16; 9] = [422; 9];

/// The table.
#[rustfmt::skip]
pub const ROUTES: &[Row] = &[
    //   visitors:                                                nobody, expired, revoked, suspended, other owner, other customer, staff, customer, owner
    row("GET", "/api/admin/conversations", "", "", [401, 401, 401, 401, 200, 401, 403, 401, 200]),
    row("GET", "/api/admin/conversations/{id}", "/api/admin/conversations/{conversation}", "", [401, 401, 401, 401, 404, 401, 403, 401, 200]),
    row("GET", "/api/appointments", "", "", [401, 401, 401, 401, 200, 200, 200, 200, 200]),
    row("POST", "/api/appointments", "", r#"{"customerId":"{customer}","serviceId":"{service}","time":"2026-11-24T07:00:00Z"}"#, [401, 401, 401, 401, 404, 401, 201, 401, 201]),
    row("GET", "/api/appointments/{id}", "/api/appointments/{appointment}", "", [401, 401, 401, 401, 404, 404, 404, 200, 200]),
    row("GET", "/api/appointments/{id}/calendar.ics", "/api/appointments/{appointment}/calendar.ics", "", [401, 401, 401, 401, 404, 404, 404, 200, 200]),
    row("PUT", "/api/appointments/{id}/cancel", "/api/appointments/{appointment}/cancel", "", [401, 401, 401, 401, 404, 404, 404, 200, 409]),
    row("PUT", "/api/appointments/{id}/complete", "/api/appointments/{appointment}/complete", "", [401, 401, 401, 401, 404, 401, 404, 401, 409]),
    row("PUT", "/api/appointments/{id}/confirm", "/api/appointments/{appointment}/confirm", "", [401, 401, 401, 401, 404, 401, 404, 401, 200]),
    row("PUT", "/api/appointments/{id}/no-show", "/api/appointments/{appointment}/no-show", "", [401, 401, 401, 401, 404, 401, 404, 401, 409]),
    row("PUT", "/api/appointments/{id}/reject", "/api/appointments/{appointment}/reject", "", [401, 401, 401, 401, 404, 401, 404, 401, 200]),
    row("PUT", "/api/appointments/{id}/reschedule", "/api/appointments/{appointment}/reschedule", r#"{"time":"2026-11-25T07:00:00Z"}"#, [401, 401, 401, 401, 404, 401, 404, 401, 200]),
    row("PUT", "/api/appointments/{id}/start", "/api/appointments/{appointment}/start", "", [401, 401, 401, 401, 404, 401, 404, 401, 409]),
    row("POST", "/api/auth/login", "", r#"{}"#, EMPTY_FORM),
    row("POST", "/api/auth/logout", "", "", [401, 401, 401, 401, 200, 401, 200, 401, 200]),
    row("POST", "/api/auth/logout-all", "", "", [401, 401, 401, 401, 200, 401, 200, 401, 200]),
    row("GET", "/api/auth/me", "", "", [401, 401, 401, 401, 200, 401, 200, 401, 200]),
    row("POST", "/api/auth/refresh", "", r#"{}"#, [401, 401, 401, 401, 401, 401, 401, 401, 401]),
    row("POST", "/api/auth/register", "", r#"{}"#, EMPTY_FORM),
    row("GET", "/api/auth/sessions", "", "", [401, 401, 401, 401, 200, 401, 200, 401, 200]),
    row("DELETE", "/api/auth/sessions/{id}", "/api/auth/sessions/{ownerSession}", "", [401, 401, 401, 401, 404, 401, 404, 401, 200]),
    row("POST", "/api/auth/switch", "", r#"{"tenantId":"{tenant}"}"#, [401, 401, 401, 401, 404, 401, 200, 401, 200]),
    row("POST", "/api/customers/auth/guest", "", r#"{}"#, EMPTY_FORM),
    row("POST", "/api/customers/auth/link", "", r#"{}"#, EMPTY_FORM),
    row("POST", "/api/customers/auth/link/verify", "", r#"{}"#, EMPTY_FORM),
    row("POST", "/api/customers/auth/login", "", r#"{}"#, EMPTY_FORM),
    row("POST", "/api/customers/auth/logout", "", "", [401, 401, 401, 401, 401, 200, 401, 200, 401]),
    row("POST", "/api/customers/auth/logout-all", "", "", [401, 401, 401, 401, 401, 200, 401, 200, 401]),
    row("GET", "/api/customers/auth/me", "", "", [401, 401, 401, 401, 401, 200, 401, 200, 401]),
    row("PATCH", "/api/customers/auth/me", "", r#"{"name":"Cara New"}"#, [401, 401, 401, 401, 401, 200, 401, 200, 401]),
    row("POST", "/api/customers/auth/refresh", "", r#"{}"#, [401, 401, 401, 401, 401, 401, 401, 401, 401]),
    row("POST", "/api/customers/auth/register", "", r#"{}"#, EMPTY_FORM),
    row("GET", "/api/customers/auth/sessions", "", "", [401, 401, 401, 401, 401, 200, 401, 200, 401]),
    row("DELETE", "/api/customers/auth/sessions/{id}", "/api/customers/auth/sessions/{customerSession}", "", [401, 401, 401, 401, 401, 404, 401, 200, 401]),
    row("GET", "/api/messages/attachments/{id}", "/api/messages/attachments/{attachment}", "", [401, 401, 401, 401, 404, 404, 404, 200, 200]),
    row("GET", "/api/messages/conversations", "", "", [401, 401, 401, 401, 200, 200, 200, 200, 200]),
    row("POST", "/api/messages/conversations", "", r#"{"customerId":"{customer}"}"#, [401, 401, 401, 401, 404, 201, 201, 200, 200]),
    row("GET", "/api/messages/conversations/{id}", "/api/messages/conversations/{conversation}", "", [401, 401, 401, 401, 404, 404, 404, 200, 200]),
    row("PATCH", "/api/messages/conversations/{id}", "/api/messages/conversations/{conversation}", r#"{"priority":"high"}"#, [401, 401, 401, 401, 404, 401, 404, 401, 200]),
    row("GET", "/api/messages/conversations/{id}/unread-count", "/api/messages/conversations/{conversation}/unread-count", "", [401, 401, 401, 401, 404, 404, 404, 200, 200]),
    row("GET", "/api/messages/customers", "", "", [401, 401, 401, 401, 200, 401, 403, 401, 200]),
    row("GET", "/api/messages/search", "/api/messages/search?q=soon", "", [401, 401, 401, 401, 200, 200, 200, 200, 200]),
    row("POST", "/api/messages/send", "", r#"{"conversationId":"{conversation}","content":"hello"}"#, [401, 401, 401, 401, 404, 404, 404, 201, 201]),
    row("POST", "/api/messages/upload", "", "file", [401, 401, 401, 401, 404, 404, 404, 201, 201]),
    row("DELETE", "/api/messages/{id}", "/api/messages/{message}", "", [401, 401, 401, 401, 404, 404, 404, 200, 403]),
    row("PATCH", "/api/messages/{id}", "/api/messages/{message}", r#"{"content":"changed"}"#, [401, 401, 401, 401, 404, 404, 404, 200, 403]),
    row("PUT", "/api/messages/{id}/read", "/api/messages/{message}/read", "", [401, 401, 401, 401, 404, 404, 404, 200, 200]),
    row("POST", "/api/messages/{id}/read", "/api/messages/{message}/read", "", [401, 401, 401, 401, 404, 404, 404, 200, 200]),
    row("GET", "/api/providers", "", "", [401, 401, 401, 401, 200, 401, 200, 401, 200]),
    row("GET", "/api/providers/{id}", "/api/providers/{owner}", "", [401, 401, 401, 401, 404, 401, 200, 401, 200]),
    row("PATCH", "/api/providers/{id}", "/api/providers/{owner}", r##"{"color":"#112233"}"##, [401, 401, 401, 401, 404, 401, 403, 401, 200]),
    row("PUT", "/api/providers/{id}/hours", "/api/providers/{owner}/hours", r#"{"weekly":[{"day":1,"start":"09:00","end":"12:00"}]}"#, [401, 401, 401, 401, 404, 401, 403, 401, 200]),
    row("POST", "/api/public/appointments", "", r#"{"inviteCode":"{invite}","customerName":"New","customerEmail":"new@example.com","service":"{service}","time":"2026-11-26T07:00:00Z"}"#, [201, 401, 401, 401, 401, 201, 401, 409, 401]),
    row("GET", "/api/public/appointments/manage", "/api/public/appointments/manage?token={manage}", "", PUBLIC),
    // The link is the credential: whoever holds it cancels, once.
    row("POST", "/api/public/appointments/manage/cancel", "", r#"{"token":"{manage}"}"#, [200, 409, 409, 409, 409, 409, 409, 409, 409]),
    row("GET", "/api/public/availability", "/api/public/availability?inviteCode={invite}&service={service}&date=2026-11-24", "", PUBLIC),
    row("GET", "/api/public/availability/days", "/api/public/availability/days?inviteCode={invite}&service={service}&month=2026-11", "", PUBLIC),
    row("GET", "/api/public/services", "/api/public/services?inviteCode={invite}", "", PUBLIC),
    row("GET", "/api/public/store-owner/{inviteCode}", "/api/public/store-owner/{invite}", "", PUBLIC),
    row("GET", "/api/services", "", "", [401, 401, 401, 401, 200, 401, 200, 401, 200]),
    row("POST", "/api/services", "", r#"{"name":"Dye","duration":30,"price":500}"#, [401, 401, 401, 401, 201, 401, 403, 401, 201]),
    row("GET", "/api/services/{id}", "/api/services/{service}", "", [401, 401, 401, 401, 404, 401, 200, 401, 200]),
    row("PUT", "/api/services/{id}", "/api/services/{service}", r#"{"name":"Dye","duration":30,"price":500}"#, [401, 401, 401, 401, 404, 401, 403, 401, 200]),
    row("DELETE", "/api/services/{id}", "/api/services/{service}", "", [401, 401, 401, 401, 404, 401, 403, 401, 200]),
    row("PATCH", "/api/services/{id}", "/api/services/{service}", r#"{"name":"Dye"}"#, [401, 401, 401, 401, 404, 401, 403, 401, 200]),
    row("GET", "/api/settings/business", "", "", [401, 401, 401, 401, 200, 401, 403, 401, 200]),
    row("PATCH", "/api/settings/business", "", r#"{"about":"We cut hair"}"#, [401, 401, 401, 401, 200, 401, 403, 401, 200]),
    row("GET", "/docs/errors", "", "", PUBLIC),
    row("GET", "/health", "", "", PUBLIC),
    row("GET", "/health/detailed", "", "", [200, 401, 401, 401, 403, 403, 403, 403, 403]),
    row("GET", "/health/live", "", "", PUBLIC),
    row("GET", "/health/metrics", "", "", [200, 401, 401, 401, 403, 403, 403, 403, 403]),
    row("GET", "/health/ready", "", "", PUBLIC),
    row("GET", "/metrics", "", "", [200, 401, 401, 401, 403, 403, 403, 403, 403]),
];
