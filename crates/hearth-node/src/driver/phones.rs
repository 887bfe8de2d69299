//! Translates numbers between the words of the local API and those of the engine.
//!
//! Owns nothing else: who sees which number is the engine's.

use hearth_api as api;
use hearth_api::ApiError;
use hearth_core::content::body::Phone;
use hearth_core::engine::{PhoneView, ShownTo};

use super::{Driver, words};

impl Driver {
    pub(super) fn phones(&self, group: api::GroupId) -> Result<api::Phones, ApiError> {
        self.group(group)?;
        let views = self.engine()?.phones(&words::core_group(group));
        let views = views.map_err(|fault| words::error(&fault.into()))?;
        Ok(api::Phones { phones: views.into_iter().map(listed).collect() })
    }
}

fn listed(view: PhoneView) -> api::ListedPhone {
    api::ListedPhone {
        member: words::member_id(&view.member),
        name: view.name,
        mine: view.is_mine,
        phone: api(view.phone),
        shown: match view.shown_to {
            ShownTo::Group => api::ShownTo::Group,
            ShownTo::Me => api::ShownTo::Me,
            ShownTo::People(people) => {
                api::ShownTo::People { to: people.iter().map(words::member_id).collect() }
            }
        },
    }
}

pub(super) fn api(phone: Phone) -> api::Phone {
    let Phone { number, hours, may_call, may_text, may_sos } = phone;
    api::Phone { number, hours, call: may_call, sms: may_text, sos: may_sos }
}

pub(super) fn core(phone: api::Phone) -> Phone {
    let api::Phone { number, hours, call, sms, sos } = phone;
    Phone { number, hours, may_call: call, may_text: sms, may_sos: sos }
}
