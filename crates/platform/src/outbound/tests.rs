//! What leaves the house, against a listener that misbehaves, and what does not leave it.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::future::BoxFuture;
use http::Method;
use simulators::{
    Simulators, SimulatorsConfig,
    receiver::{Fault, Plan},
};
use url::Url;

use super::{
    ANSWER_BYTES_MAX, AllowedNets, Lookup, Outbound, OutboundError, OutboundSettings, Request, Response, Trust,
};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const INSIDE: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 5));
const LIMIT: Duration = Duration::from_millis(300);

/// Names of the test's own: each look-up takes the next answer, the last one stays.
#[derive(Default)]
struct Names(Mutex<HashMap<&'static str, Vec<Vec<IpAddr>>>>);

impl Names {
    fn with(names: impl IntoIterator<Item = (&'static str, Vec<Vec<IpAddr>>)>) -> Arc<Self> {
        Arc::new(Self(Mutex::new(names.into_iter().collect())))
    }
}

impl Lookup for Names {
    fn lookup<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        let mut names = self.0.lock().unwrap();
        let answers = names.get_mut(name).map(|answers| match answers.len() {
            1 => answers[0].clone(),
            _ => answers.remove(0),
        });
        Box::pin(std::future::ready(answers.ok_or_else(|| io::Error::other("no such name"))))
    }
}

/// A way out on which this machine's address counts as opened by the operator, and nothing else inside.
fn outbound(lookup: Arc<dyn Lookup>) -> Outbound {
    let allowed = AllowedNets::new(&["127.0.0.1".parse().unwrap()]);
    Outbound::new(OutboundSettings { allowed, lookup }).unwrap()
}

async fn listener() -> Simulators {
    Simulators::start(SimulatorsConfig::new(Arc::new(|| 0))).await.unwrap()
}

async fn post(outbound: &Outbound, url: &str, trust: Trust) -> Result<Response, OutboundError> {
    let mut request = Request::new(Method::POST, Url::parse(url).unwrap());
    request.body = "hello".into();
    request.timeout = LIMIT;
    outbound.send(request, trust).await
}

#[tokio::test]
async fn no_way_of_writing_an_address_leads_inside() {
    let strict = Outbound::new(OutboundSettings::default()).unwrap();
    for text in [
        "http://127.0.0.1/",
        "http://127.0.0.1:8080/x",
        "http://127.0.0.1./",
        "http://127.1/",
        "http://127.0.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://0X7F.1/",
        "http://0177.0.0.1/",
        "http://017700000001/",
        "http://%31%32%37.0.0.1/",
        "http://127。0。0。1/",
        "http://①②⑦.⓪.⓪.①/",
        "http://0/",
        "http://0.0.0.0/",
        "http://10.1.2.3/",
        "http://167838211/",
        "http://172.16.0.1/",
        "http://192.168.0.1/",
        "http://0xc0a80001/",
        "http://100.64.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://2852039166/",
        "http://0xa9fea9fe/",
        "http://0251.0376.0251.0376/",
        "http://168.63.129.16/",
        "http://198.18.0.1/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://[::]/",
        "http://[::1]/",
        "http://[0:0:0:0:0:0:0:1]/",
        "http://[::127.0.0.1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[2001:0:a00:1::]/",
        "http://[fe80::1]/",
        "http://[fc00::1]/",
        "http://[fd00:ec2::254]/",
        "https://[ff02::1]/",
    ] {
        let checked = strict.check_url(text, Trust::Tenant);
        assert!(matches!(checked, Err(OutboundError::NotAllowed(_))), "{text}: {checked:?}");
        let request = Request::new(Method::GET, Url::parse(text).unwrap());
        assert!(matches!(strict.send(request, Trust::Tenant).await, Err(OutboundError::NotAllowed(_))), "{text}");
    }
}

#[test]
fn only_plain_web_addresses_are_called() {
    let outbound = outbound(Names::with([]));
    for text in [
        "",
        "example.com",
        "//example.com",
        "http://",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "data:text/plain,x",
        "http://user@example.com/",
        "http://user:secret@example.com/",
        "http://example.com:25/",
        "http://example.com:22/",
        "https://example.com:6379/",
        "http://example.com:0/",
        "http://exa mple.com/",
        "http://[::1/",
        "http://256.1.1.1/",
        "http://1.2.3.4.5/",
    ] {
        let checked = outbound.check_url(text, Trust::Tenant);
        assert!(matches!(checked, Err(OutboundError::BadUrl(_))), "{text}: {checked:?}");
    }
    let long = format!("http://example.com/{}", "a".repeat(3000));
    assert!(matches!(outbound.check_url(&long, Trust::Tenant), Err(OutboundError::BadUrl(_))));
    for text in
        ["https://example.com/hooks?a=b", "http://example.com:8080", "https://bücher.example/", "http://1.1.1.1/"]
    {
        assert!(outbound.check_url(text, Trust::Tenant).is_ok(), "{text}");
    }
}

#[tokio::test]
async fn a_name_is_judged_by_what_it_leads_to_at_each_connection() {
    let simulators = listener().await;
    let port = simulators.webhook_addr().port();
    let mapped = IpAddr::V6(Ipv4Addr::new(10, 0, 0, 5).to_ipv6_mapped());
    let names = Names::with([
        ("inside.test", vec![vec![INSIDE]]),
        ("mapped.test", vec![vec![mapped]]),
        ("local.test", vec![vec!["::1".parse().unwrap()]]),
        ("mixed.test", vec![vec![INSIDE, HERE]]),
        ("turns.test", vec![vec![HERE], vec![INSIDE]]),
    ]);
    let outbound = outbound(names);
    for name in ["inside.test", "mapped.test", "local.test"] {
        let sent = post(&outbound, &format!("http://{name}:{port}/"), Trust::Tenant).await;
        assert!(matches!(sent, Err(OutboundError::NotAllowed(_))), "{name}: {sent:?}");
    }
    assert!(post(&outbound, &format!("http://mixed.test:{port}/"), Trust::Tenant).await.is_ok());
    let unknown = post(&outbound, &format!("http://nobody.test:{port}/"), Trust::Tenant).await;
    assert_eq!(unknown.unwrap_err(), OutboundError::NotFound("nobody.test".to_owned()));

    // The long answer costs the connection, so the second call looks the name up again.
    simulators.receiver().plan("/", [Plan::always(Fault::Huge { bytes: 10 * 1024 * 1024 })]);
    let turning = format!("http://turns.test:{port}/");
    assert!(post(&outbound, &turning, Trust::Tenant).await.is_ok());
    assert_eq!(post(&outbound, &turning, Trust::Tenant).await.unwrap_err(), OutboundError::NotAllowed(INSIDE));
    simulators.stop().await;
}

#[tokio::test]
async fn those_who_connect_by_themselves_get_checked_addresses() {
    let names = Names::with([("mail.test", vec![vec![INSIDE, HERE]]), ("inside.test", vec![vec![INSIDE]])]);
    let outbound = outbound(names);
    assert_eq!(outbound.resolve_checked("mail.test", 25).await.unwrap(), [SocketAddr::new(HERE, 25)]);
    assert_eq!(outbound.resolve_checked("127.0.0.1", 25).await.unwrap(), [SocketAddr::new(HERE, 25)]);
    for host in ["inside.test", "10.0.0.5", "::1", "[::1]", "::ffff:10.0.0.5"] {
        let refused = outbound.resolve_checked(host, 25).await;
        assert!(matches!(refused, Err(OutboundError::NotAllowed(_))), "{host}: {refused:?}");
    }
    assert!(outbound.check_address(HERE).is_ok() && outbound.check_address(INSIDE).is_err());
}

#[tokio::test]
async fn a_business_never_rides_on_a_connection_of_the_operator() {
    let simulators = listener().await;
    let strict = Outbound::new(OutboundSettings {
        allowed: AllowedNets::default(),
        lookup: Names::with([("here.test", vec![vec![HERE]])]),
    })
    .unwrap();
    let url = format!("http://here.test:{}/", simulators.webhook_addr().port());
    assert_eq!(post(&strict, &url, Trust::Operator).await.unwrap().status, 200);
    assert_eq!(post(&strict, &url, Trust::Tenant).await.unwrap_err(), OutboundError::NotAllowed(HERE));
    simulators.stop().await;
}

#[tokio::test]
async fn whatever_the_other_side_does_ends_in_time_and_in_bounds() {
    let simulators = listener().await;
    let outbound = outbound(Names::with([]));
    let address = simulators.webhook_addr();
    let call = async |fault: Fault| {
        simulators.receiver().plan("/", [Plan::once(fault)]);
        post(&outbound, &format!("http://{address}/"), Trust::Tenant).await
    };
    let limit = u64::try_from(LIMIT.as_millis()).unwrap();
    assert_eq!(call(Fault::Hang).await.unwrap_err(), OutboundError::Timeout(limit));
    assert_eq!(call(Fault::HangInBody).await.unwrap_err(), OutboundError::Timeout(limit));
    assert!(matches!(call(Fault::Reset).await, Err(OutboundError::Broken(_))));
    assert!(matches!(call(Fault::Garbage).await, Err(OutboundError::Broken(_))));

    let long = call(Fault::Huge { bytes: 10 * 1024 * 1024 }).await.unwrap();
    assert_eq!((long.body.len(), long.is_cut), (ANSWER_BYTES_MAX, true));
    let fitting = call(Fault::Huge { bytes: ANSWER_BYTES_MAX }).await.unwrap();
    assert_eq!((fitting.body.len(), fitting.is_cut), (ANSWER_BYTES_MAX, false));

    let elsewhere = Some(format!("http://{address}/elsewhere"));
    let moved = call(Fault::Status { code: 307, retry_after: None, location: elsewhere }).await.unwrap();
    assert_eq!(moved.status, 307);
    assert!(simulators.receiver().received_at("/elsewhere").is_empty(), "a redirect was followed");

    let good = call(Fault::None).await.unwrap();
    assert_eq!((good.status.as_u16(), &good.body[..], good.is_cut), (200, &b"ok"[..], false));
    let kept = simulators.receiver().received_at("/");
    assert!(kept.last().is_some_and(|r| r.body == "hello" && r.header("cookie").is_none()));
    simulators.stop().await;
}

#[tokio::test]
async fn a_bad_handshake_and_a_closed_port_are_told_apart() {
    let simulators = listener().await;
    let outbound = outbound(Names::with([]));
    let address = simulators.webhook_addr();
    let plain = post(&outbound, &format!("https://{address}/"), Trust::Tenant).await;
    assert!(matches!(plain, Err(OutboundError::Tls(_))), "{plain:?}");
    simulators.stop().await;
    let closed = post(&outbound, &format!("http://{address}/"), Trust::Tenant).await;
    assert!(matches!(closed, Err(OutboundError::NoConnection(_))), "{closed:?}");
}
