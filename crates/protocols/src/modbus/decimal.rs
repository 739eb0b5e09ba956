//! Decimal numbers as an integer and a number of decimals: what a binary float would alter stays as it is.

/// `mantissa` divided by ten to the power of `decimals`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal {
    mantissa: i128,
    decimals: u32,
}

/// More decimals than this are of no use, and their powers of ten would not fit.
const MOST_DECIMALS: u32 = 30;

impl Decimal {
    pub(super) const ZERO: Self = Self::whole(0);
    pub(super) const ONE: Self = Self::whole(1);

    pub(super) const fn whole(mantissa: i128) -> Self {
        Self { mantissa, decimals: 0 }
    }

    /// Reads digits with or without sign and point, and nothing else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let digits = || whole.bytes().chain(fraction.bytes());
        let decimals = u32::try_from(fraction.len()).ok().filter(|count| *count <= MOST_DECIMALS)?;
        if digits().next().is_none() || !digits().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let mantissa =
            digits().try_fold(0_i128, |value, byte| value.checked_mul(10)?.checked_add(i128::from(byte - b'0')))?;
        Some(Self { mantissa: if negative { -mantissa } else { mantissa }, decimals })
    }

    pub(super) fn times(self, other: Self) -> Option<Self> {
        let mantissa = self.mantissa.checked_mul(other.mantissa)?;
        let decimals = self.decimals + other.decimals;
        (decimals <= 2 * MOST_DECIMALS).then_some(Self { mantissa, decimals }.short())
    }

    pub(super) fn plus(self, other: Self) -> Option<Self> {
        let decimals = self.decimals.max(other.decimals);
        let mantissa = self.with_decimals(decimals)?.checked_add(other.with_decimals(decimals)?)?;
        Some(Self { mantissa, decimals })
    }

    pub(super) fn negated(self) -> Self {
        Self { mantissa: -self.mantissa, ..self }
    }

    /// The quotient to `decimals` places, and whether it is exact.
    pub(super) fn divided_by(self, other: Self, decimals: u32) -> Option<(Self, bool)> {
        // self / other = (m1 * 10^d2) / (m2 * 10^d1)
        let dividend = self.mantissa.checked_mul(power(other.decimals + decimals)?)?;
        let divisor = other.mantissa.checked_mul(power(self.decimals)?)?;
        let mantissa = dividend.checked_div(divisor)?;
        Some((Self { mantissa, decimals }, dividend.checked_rem(divisor)? == 0))
    }

    /// The number, if it has no decimals but zeros.
    pub(super) fn as_whole(self) -> Option<i128> {
        let power = power(self.decimals)?;
        (self.mantissa % power == 0).then_some(self.mantissa / power)
    }

    fn with_decimals(self, decimals: u32) -> Option<i128> {
        self.mantissa.checked_mul(power(decimals.checked_sub(self.decimals)?)?)
    }

    /// Without more zeros at the end than the limit of decimals makes needful.
    fn short(mut self) -> Self {
        while self.decimals > MOST_DECIMALS && self.mantissa % 10 == 0 {
            self = Self { mantissa: self.mantissa / 10, decimals: self.decimals - 1 };
        }
        self
    }
}

fn power(exponent: u32) -> Option<i128> {
    10_i128.checked_pow(exponent)
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let decimals = self.decimals as usize;
        // Zeros in front, so that there is a digit before the point.
        let digits = format!("{:0>width$}", self.mantissa.unsigned_abs(), width = decimals + 1);
        let (whole, fraction) = digits.split_at_checked(digits.len() - decimals).unwrap_or((&digits, ""));
        let point = if fraction.is_empty() { "" } else { "." };
        write!(formatter, "{sign}{whole}{point}{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).expect("a decimal number")
    }

    #[test]
    fn text_goes_both_ways() {
        for text in ["0", "-1", "12.50", "0.001", "-0.5", "170141183460469231731687303715884105727"] {
            assert_eq!(decimal(text).to_string(), text);
        }
        assert_eq!((decimal(".5").to_string(), decimal("+7.").to_string()), ("0.5".to_owned(), "7".to_owned()));
        for text in ["", "-", ".", "1e5", "inf", "1.2.3", "--1", "1701411834604692317316873037158841057280"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn arithmetic_is_exact_or_refused() {
        assert_eq!(decimal("250").times(decimal("0.1")).expect("fits").to_string(), "25.0");
        assert_eq!(decimal("25.0").plus(decimal("-0.25")).expect("fits").to_string(), "24.75");
        assert_eq!(
            decimal("1").divided_by(decimal("3"), 3).map(|(value, exact)| (value.to_string(), exact)),
            Some(("0.333".to_owned(), false))
        );
        assert_eq!(
            decimal("24.75").divided_by(decimal("0.25"), 0).map(|(value, exact)| (value.as_whole(), exact)),
            Some((Some(99), true))
        );
        assert_eq!(decimal("1").divided_by(decimal("0"), 3), None);
        let greatest = Decimal::whole(i128::MAX);
        assert_eq!((greatest.times(decimal("10")), greatest.plus(Decimal::ONE)), (None, None));
    }
}
