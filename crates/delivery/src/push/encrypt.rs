//! Message encryption for Web Push: RFC 8291, which is `aes128gcm` (RFC 8188) with a key that only the browser and we can
//! derive. One record holds everything, so there is nothing to be put in order.

use aes_gcm::{Aes128Gcm, KeyInit as _, aead::Aead as _};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hkdf::Hkdf;
use p256::{PublicKey, SecretKey, ecdh::diffie_hellman, elliptic_curve::sec1::ToEncodedPoint as _};
use sha2::Sha256;

/// Bytes of one message, all told; push services need not take more.
pub(crate) const BODY_BYTES_MAX: usize = 4096;
/// Bytes of what is told: the rest is the header, the padding's mark and the seal.
pub(crate) const PLAIN_BYTES_MAX: usize = BODY_BYTES_MAX - HEADER_BYTES - 1 - SEAL_BYTES;
/// Salt, record size, length of the key, key.
const HEADER_BYTES: usize = SALT_BYTES + 4 + 1 + POINT_BYTES;
const SALT_BYTES: usize = 16;
const SEAL_BYTES: usize = 16;
/// Bytes of a public key, not compressed.
const POINT_BYTES: usize = 65;
/// Bytes of the secret that the browser shares with whoever may write to it.
const AUTH_BYTES: usize = 16;
/// Marks the end of the last record's text (RFC 8188).
const LAST_RECORD: u8 = 2;

/// Why a message cannot be sealed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum SealError {
    #[error("the browser's keys are no keys")]
    Keys,
    #[error("the message is too large")]
    TooLarge,
    #[error("the message could not be sealed")]
    Cipher,
}

/// What a browser gave so that it can be written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BrowserKeys {
    public: PublicKey,
    point: Vec<u8>,
    auth: [u8; AUTH_BYTES],
}

impl BrowserKeys {
    /// Reads the two texts of a subscription: base64url, with or without padding.
    pub fn parse(p256dh: &str, auth: &str) -> Result<Self, SealError> {
        let point = decode(p256dh).ok_or(SealError::Keys)?;
        let auth = decode(auth).and_then(|bytes| bytes.try_into().ok()).ok_or(SealError::Keys)?;
        if point.len() != POINT_BYTES {
            return Err(SealError::Keys);
        }
        let public = PublicKey::from_sec1_bytes(&point).map_err(|_| SealError::Keys)?;
        Ok(Self { public, point, auth })
    }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

/// A key from random bytes; `None` for the few that are no key, after which others are to be tried.
pub(crate) fn secret_key(random: &[u8; 32]) -> Option<SecretKey> {
    SecretKey::from_slice(random).ok()
}

/// The public half, as browsers and push services take it.
pub(crate) fn point_of(key: &SecretKey) -> Vec<u8> {
    key.public_key().to_encoded_point(false).as_bytes().to_vec()
}

/// Seals a message with a key and a salt that are used for it alone.
pub(crate) fn seal(
    plain: &[u8],
    browser: &BrowserKeys,
    own: &SecretKey,
    salt: [u8; SALT_BYTES],
) -> Result<Vec<u8>, SealError> {
    if plain.len() > PLAIN_BYTES_MAX {
        return Err(SealError::TooLarge);
    }
    let own_point = point_of(own);
    let shared = diffie_hellman(own.to_nonzero_scalar(), browser.public.as_affine());
    let mut about = b"WebPush: info\0".to_vec();
    about.extend_from_slice(&browser.point);
    about.extend_from_slice(&own_point);
    let material: [u8; 32] = expand(&browser.auth, shared.raw_secret_bytes(), &about)?;
    let key: [u8; 16] = expand(&salt, &material, b"Content-Encoding: aes128gcm\0")?;
    let nonce: [u8; 12] = expand(&salt, &material, b"Content-Encoding: nonce\0")?;
    let mut record = plain.to_vec();
    record.push(LAST_RECORD);
    let cipher = Aes128Gcm::new_from_slice(&key).map_err(|_| SealError::Cipher)?;
    let sealed = cipher.encrypt(&nonce.into(), record.as_slice()).map_err(|_| SealError::Cipher)?;

    let mut body = Vec::with_capacity(HEADER_BYTES + sealed.len());
    body.extend_from_slice(&salt);
    body.extend_from_slice(&u32::try_from(BODY_BYTES_MAX).unwrap_or(u32::MAX).to_be_bytes());
    body.push(u8::try_from(POINT_BYTES).unwrap_or(u8::MAX));
    body.extend_from_slice(&own_point);
    body.extend_from_slice(&sealed);
    Ok(body)
}

fn expand<const N: usize>(salt: &[u8], material: &[u8], about: &[u8]) -> Result<[u8; N], SealError> {
    let mut out = [0; N];
    Hkdf::<Sha256>::new(Some(salt), material).expand(about, &mut out).map_err(|_| SealError::Cipher)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_8291_comes_out_byte_for_byte() {
        let browser = BrowserKeys::parse(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "BTBZMqHH6r4Tts7J_aSIgg",
        )
        .unwrap();
        let own: [u8; 32] = decode("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw").unwrap().try_into().unwrap();
        let salt: [u8; 16] = decode("DGv6ra1nlYgDCS1FRnbzlw").unwrap().try_into().unwrap();
        let plain = b"When I grow up, I want to be a watermelon";
        let body = seal(plain, &browser, &secret_key(&own).unwrap(), salt).unwrap();
        assert_eq!(
            URL_SAFE_NO_PAD.encode(body),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn keys_that_are_none_are_refused() {
        let point = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
        let auth = "BTBZMqHH6r4Tts7J_aSIgg";
        assert!(BrowserKeys::parse(&format!("{point}="), &format!("{auth}==")).is_ok());
        let off_the_curve = point.replace("Aiw4", "Aiw5");
        for (point, auth) in [("", auth), (point, ""), (&off_the_curve, auth), (&point[..40], auth), ("$$", auth)] {
            assert_eq!(BrowserKeys::parse(point, auth), Err(SealError::Keys), "{point} {auth}");
        }
    }

    #[test]
    fn a_message_fits_into_four_kibibytes_or_is_refused() {
        let keys = secret_key(&[7; 32]).unwrap();
        let point = URL_SAFE_NO_PAD.encode(point_of(&keys));
        let browser = BrowserKeys::parse(&point, "BTBZMqHH6r4Tts7J_aSIgg").unwrap();
        let own = secret_key(&[9; 32]).unwrap();
        assert_eq!(seal(&[b'x'; PLAIN_BYTES_MAX], &browser, &own, [1; 16]).unwrap().len(), BODY_BYTES_MAX);
        assert_eq!(seal(&[b'x'; PLAIN_BYTES_MAX + 1], &browser, &own, [1; 16]), Err(SealError::TooLarge));
    }
}
