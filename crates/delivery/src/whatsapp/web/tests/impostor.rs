//! One who speaks the protocol's handshake to the letter, with keys and certificates that WhatsApp has not signed.

use whatsapp_rust::{
    buffa::{Message as _, MessageField},
    prelude::wa::{
        CertChain, HandshakeMessage,
        cert_chain::{NoiseCertificate, noise_certificate::Details},
        handshake_message::{ClientHello, ServerHello},
    },
    wacore::{
        framing,
        handshake::{HandshakeError, NoiseHandshake, XxHandshakeState},
        store::Device,
    },
    wacore_binary::consts::{NOISE_PATTERN_XX, WA_CONN_HEADER},
};

/// What stands in a greeting, behind the protocol's name and a length of three bytes.
pub fn hello_in(greeting: &[u8]) -> ClientHello {
    let hello = HandshakeMessage::decode_from_slice(&greeting[WA_CONN_HEADER.len() + 3..]).unwrap();
    hello.client_hello.into_option().unwrap()
}

/// An answer as it goes over the wire.
pub fn framed(answer: ServerHello) -> Vec<u8> {
    framing::encode_frame(&written(answer), None).unwrap()
}

fn written(answer: ServerHello) -> Vec<u8> {
    HandshakeMessage { server_hello: MessageField::some(answer), ..HandshakeMessage::default() }.encode_to_vec()
}

/// The whole answer to a greeting.
pub fn answer(greeting: &[u8]) -> Vec<u8> {
    framed(answer_to(hello_in(greeting)))
}

fn answer_to(hello: ClientHello) -> ServerHello {
    let theirs = hello.ephemeral.unwrap();
    let (once, lasting) = (Device::new().noise_key, Device::new().noise_key);
    let mut noise = NoiseHandshake::new(NOISE_PATTERN_XX, &WA_CONN_HEADER).unwrap();
    noise.authenticate(&theirs);
    noise.authenticate(once.public_key.public_key_bytes());
    noise.mix_shared_secret(once.private_key.serialize(), &theirs).unwrap();
    let sealed_key = noise.encrypt(lasting.public_key.public_key_bytes()).unwrap();
    noise.mix_shared_secret(lasting.private_key.serialize(), &theirs).unwrap();
    let sealed_certificates = noise.encrypt(&certificates(lasting.public_key.public_key_bytes())).unwrap();
    ServerHello {
        ephemeral: Some(once.public_key.public_key_bytes().to_vec()),
        r#static: Some(sealed_key),
        payload: Some(sealed_certificates),
        ..ServerHello::default()
    }
}

/// Right in every way but for the signatures.
fn certificates(key: &[u8]) -> Vec<u8> {
    let certificate = |serial, issuer, key: &[u8]| {
        let details = Details {
            serial: Some(serial),
            issuer_serial: Some(issuer),
            key: Some(key.to_vec()),
            not_before: Some(1_700_000_000),
            not_after: Some(1_900_000_000),
        };
        MessageField::some(NoiseCertificate { details: Some(details.encode_to_vec()), signature: Some(vec![0; 64]) })
    };
    let between = Device::new().noise_key;
    let (leaf, intermediate) = (certificate(2, 1, key), certificate(1, 0, between.public_key.public_key_bytes()));
    CertChain { leaf, intermediate }.encode_to_vec()
}

/// Else the session might turn the impostor away for a slip of ours.
#[test]
fn nothing_is_wrong_with_the_impostor_but_its_signature() {
    let mut handshake = XxHandshakeState::new(Device::new().noise_key, Vec::new(), &WA_CONN_HEADER).unwrap();
    let hello = HandshakeMessage::decode_from_slice(&handshake.build_client_hello().unwrap()).unwrap();
    let answer = written(answer_to(hello.client_hello.into_option().unwrap()));
    let refused = handshake.read_server_hello_and_build_client_finish(&answer).unwrap_err();
    assert!(matches!(refused, HandshakeError::CertVerification(_)), "{refused}");
    assert!(refused.to_string().contains("signature"), "{refused}");
}
