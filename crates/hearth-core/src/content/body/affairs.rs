//! What the group keeps of its affairs: minutes, and the treasurer's report. Sums alone: nobody who gave has a place in it.

use serde::{Deserialize, Serialize};

use super::{BodyKind, BodyRules, Right, Salt, is_full_text, is_line, silent};
use crate::limits;

/// What was said and decided when the group talked about its affairs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Minutes {
    /// "Business meeting of 3 November": a line.
    pub title: String,
    /// The words.
    pub text: String,
}

impl Minutes {
    pub(super) const RIGHT: Right = Right::Servants;
}

impl BodyKind for Minutes {
    fn is_in_bounds(&self) -> bool {
        is_line(&self.title, limits::LINE_BYTES_MAX) && is_full_text(&self.text)
    }

    fn rules(&self) -> BodyRules {
        BodyRules::lasting(Self::RIGHT, Salt::Free)
    }
}

/// The group's money over a while. Amounts are in the smallest unit of the currency.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreasurerReport {
    /// "October": a line.
    pub period: String,
    /// "USD", "euro": a line.
    pub currency: String,
    /// How many digits of an amount stand behind the point.
    pub digits: u8,
    /// What was there.
    pub opening: i64,
    /// What came in.
    pub income: u64,
    /// What went out.
    pub expenses: u64,
    /// What is there: it follows from the others, and a report that says otherwise is none.
    pub closing: i64,
}

impl TreasurerReport {
    pub(super) const RIGHT: Right = Right::Servants;
}

impl BodyKind for TreasurerReport {
    fn is_in_bounds(&self) -> bool {
        let sum = i128::from(self.opening) + i128::from(self.income) - i128::from(self.expenses);
        let most = limits::MONEY_MAX;
        is_line(&self.period, limits::LINE_BYTES_MAX)
            && is_line(&self.currency, limits::LINE_BYTES_MAX)
            && self.digits <= limits::MONEY_DIGITS_MAX
            && self.opening.unsigned_abs().max(self.closing.unsigned_abs()) <= most
            && self.income.max(self.expenses) <= most
            && sum == i128::from(self.closing)
    }

    fn rules(&self) -> BodyRules {
        BodyRules::lasting(Self::RIGHT, Salt::Free)
    }
}

silent!(Minutes, TreasurerReport);

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::content::body) fn report() -> TreasurerReport {
        TreasurerReport {
            period: "Tuesday, coffee".into(),
            currency: "USD".into(),
            digits: 2,
            opening: 10_000,
            income: 5_050,
            expenses: 20_000,
            closing: -4_950,
        }
    }

    #[test]
    fn p15_9_a_report_adds_up() {
        let fits = |change: fn(&mut TreasurerReport)| {
            let mut report = report();
            change(&mut report);
            report.is_in_bounds()
        };
        assert!(fits(|_| {}));
        assert!(!fits(|report| report.closing += 1));
        assert!(!fits(|report| report.income += 1));
        assert!(!fits(|report| report.digits = 5));
        assert!(!fits(|report| report.currency = String::new()));
        assert!(!fits(|report| {
            report.income = u64::MAX;
            report.expenses = u64::MAX - 5_050;
            report.closing = 15_050;
        }));
        assert!(!fits(|report| {
            report.opening = i64::MIN;
            report.expenses = 0;
            report.closing = i64::MIN + 5_050;
        }));
    }
}
