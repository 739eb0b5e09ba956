//! What a platform shows to hand readings over.

use std::fmt;

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// What must be shown. Not `Debug` in clear: it holds the secret.
#[derive(Clone, PartialEq, Eq)]
pub enum Access {
    /// `Authorization: Bearer <token>`, or a header of another name with the token alone.
    Token {
        /// The token.
        token: String,
        /// The header, if it is not `Authorization`.
        header: Option<String>,
    },
    /// HTTP Basic.
    Basic {
        /// The name.
        username: String,
        /// The password.
        password: String,
    },
    /// HMAC-SHA256 over the body, as hexadecimal digits or Base64, with or without `sha256=` in front.
    Signature {
        /// The key.
        secret: String,
        /// The header it stands in.
        header: String,
    },
}

impl fmt::Debug for Access {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl Access {
    /// How it is called on screens.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Token { .. } => "token",
            Self::Basic { .. } => "basic",
            Self::Signature { .. } => "signature",
        }
    }

    /// Whether the headers alone let a request in; nothing if that depends on the body.
    pub fn by_headers(&self, headers: &HeaderMap) -> Option<bool> {
        match self {
            Self::Token { token, header } => {
                Some(given_token(headers, header.as_deref()).is_some_and(|given| same(given, token)))
            }
            Self::Basic { username, password } => {
                Some(basic(headers).is_some_and(|given| same(&given, &format!("{username}:{password}"))))
            }
            Self::Signature { .. } => None,
        }
    }

    /// Whether the signature is that of the body; other doors have judged before.
    pub fn by_body(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        let Self::Signature { secret, header } = self else { return true };
        let given = headers.get(header.as_str()).and_then(|value| value.to_str().ok()).and_then(signature);
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return false };
        mac.update(body);
        given.is_some_and(|given| mac.verify_slice(&given).is_ok())
    }
}

fn same(given: &str, wanted: &str) -> bool {
    given.as_bytes().ct_eq(wanted.as_bytes()).into()
}

fn given_token<'a>(headers: &'a HeaderMap, name: Option<&str>) -> Option<&'a str> {
    match name {
        Some(name) => headers.get(name)?.to_str().ok().map(str::trim),
        None => after_scheme(headers, "bearer"),
    }
}

fn basic(headers: &HeaderMap) -> Option<String> {
    String::from_utf8(STANDARD.decode(after_scheme(headers, "basic")?).ok()?).ok()
}

fn after_scheme<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let (scheme, rest) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case(wanted).then(|| rest.trim())
}

fn signature(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    let text = text.strip_prefix("sha256=").unwrap_or(text);
    hex::decode(text).or_else(|_| STANDARD.decode(text)).ok()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(
            axum::http::HeaderName::from_static(name),
            HeaderValue::from_str(value).expect("a header"),
        )])
    }

    #[test]
    fn tokens_and_passwords_must_fit_whole() {
        let token = Access::Token { token: "geheim-geheim-16".into(), header: None };
        assert_eq!(token.by_headers(&headers("authorization", "bearer geheim-geheim-16")), Some(true));
        for bad in ["Bearer geheim-geheim-1", "Bearer geheim-geheim-166", "Basic geheim-geheim-16", "geheim-geheim-16"]
        {
            assert_eq!(token.by_headers(&headers("authorization", bad)), Some(false), "{bad}");
        }
        assert_eq!(token.by_headers(&HeaderMap::new()), Some(false));
        let own = Access::Token { token: "geheim".into(), header: Some("x-api-key".into()) };
        assert_eq!(own.by_headers(&headers("x-api-key", "geheim")), Some(true));
        let basic = Access::Basic { username: "u".into(), password: "p:q".into() };
        assert_eq!(basic.by_headers(&headers("authorization", "Basic dTpwOnE=")), Some(true));
        assert_eq!(basic.by_headers(&headers("authorization", "Basic dTpwOg==")), Some(false));
    }

    // RFC 4231, test case 2.
    #[test]
    fn signatures_are_those_of_the_standard() {
        let access = Access::Signature { secret: "Jefe".into(), header: "x-signature".into() };
        let body = b"what do ya want for nothing?";
        let digits = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let base = STANDARD.encode(hex::decode(digits).expect("digits"));
        for good in [digits.to_owned(), digits.to_uppercase(), format!("sha256={digits}"), base] {
            assert!(access.by_body(&headers("x-signature", &good), body), "{good}");
        }
        assert!(!access.by_body(&headers("x-signature", digits), b"what do ya want for nothing!"));
        assert!(!access.by_body(&HeaderMap::new(), body));
        assert_eq!(access.by_headers(&HeaderMap::new()), None);
        assert_eq!(format!("{access:?}"), "signature");
    }
}
