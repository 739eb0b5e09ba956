//! Opening, states and actions of an order to a team. Stored as JSON: fields are only added.

use fengsui_kernel::{DivisionCode, Point, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::record::{Note, Signature};

/// What an order is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderKind {
    /// Go there and act.
    #[default]
    Deploy,
    /// Leave at once, the lives of the rescuers are in danger; everybody is counted.
    Withdraw,
}

/// What is asked to open an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderOpening {
    /// The team, by record id.
    #[schemars(length(min = 1))]
    pub team: String,
    /// Its name.
    #[schemars(length(min = 1, max = 200))]
    pub team_name: String,
    /// Post of its leader, by record id; without it whoever leads rescue in the division.
    #[serde(default)]
    pub team_post: Option<String>,
    /// What it is to do.
    #[schemars(length(min = 1, max = 2000))]
    pub order: String,
    /// Minutes until it must be done.
    #[schemars(range(min = 1, max = 527_040))]
    pub deadline_minutes: u32,
    /// Where to.
    #[serde(default)]
    pub location: Option<Point>,
    /// Where.
    pub division: DivisionCode,
    /// What it is for.
    #[serde(default)]
    pub kind: OrderKind,
    /// Title of the incident, for whoever receives it.
    #[serde(default)]
    pub incident_title: Option<String>,
}

/// What an order carries from issue to end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Order {
    /// The team.
    pub team: String,
    /// Its name.
    pub team_name: String,
    /// Post of its leader.
    #[serde(default)]
    pub team_post: Option<String>,
    /// What it is to do.
    pub order: String,
    /// When it must be done.
    pub due_at: Timestamp,
    /// Where to.
    #[serde(default)]
    pub location: Option<Point>,
    /// Where.
    pub division: DivisionCode,
    /// What it is for.
    #[serde(default)]
    pub kind: OrderKind,
    /// Title of the incident.
    #[serde(default)]
    pub incident_title: Option<String>,
    /// Post of the issuer.
    #[serde(default)]
    pub issuer_post: Option<String>,
    /// Who issued it.
    pub issued: Signature,
    /// Receipt by the team.
    #[serde(default)]
    pub confirmed: Option<Signature>,
    /// Departure.
    #[serde(default)]
    pub departed: Option<Signature>,
    /// Arrival.
    #[serde(default)]
    pub arrived: Option<Signature>,
}

/// Where an order stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum OrderState {
    /// Sent to the team.
    Issued {
        /// The order.
        order: Order,
    },
    /// The team has it.
    Confirmed {
        /// The order.
        order: Order,
    },
    /// On the way.
    Departed {
        /// The order.
        order: Order,
    },
    /// On the scene; for a withdrawal, in safety.
    Arrived {
        /// The order.
        order: Order,
    },
    /// Done.
    Completed {
        /// The order.
        order: Order,
        /// What was done.
        result: Note,
        /// People counted, for a withdrawal.
        #[serde(default)]
        headcount: Option<u32>,
    },
    /// Refused; to be given to another team, or cancelled.
    Declined {
        /// The order.
        order: Order,
        /// Why.
        reason: Note,
    },
    /// Taken back.
    Cancelled {
        /// The order.
        order: Order,
        /// Why.
        reason: Note,
    },
}

/// What can be done with an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum OrderAction {
    /// The team has it.
    Confirm {},
    /// The team leaves.
    Depart {},
    /// The team is there.
    Arrive {},
    /// Done.
    Complete {
        /// What was done.
        #[schemars(length(min = 1, max = 5000))]
        result: String,
        /// People counted; needed for a withdrawal.
        #[serde(default)]
        headcount: Option<u32>,
    },
    /// The team cannot.
    Decline {
        /// Why.
        #[schemars(length(min = 1, max = 1000))]
        reason: String,
    },
    /// Give a refused order to another team.
    Reassign {
        /// The team, by record id.
        #[schemars(length(min = 1))]
        team: String,
        /// Its name.
        #[schemars(length(min = 1, max = 200))]
        team_name: String,
        /// Post of its leader, by record id.
        #[serde(default)]
        team_post: Option<String>,
        /// Minutes until it must be done.
        #[schemars(range(min = 1, max = 527_040))]
        deadline_minutes: u32,
    },
    /// Take it back.
    Cancel {
        /// Why.
        #[schemars(length(min = 1, max = 1000))]
        reason: String,
    },
}

impl OrderAction {
    /// The stored name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Confirm {} => "confirm",
            Self::Depart {} => "depart",
            Self::Arrive {} => "arrive",
            Self::Complete { .. } => "complete",
            Self::Decline { .. } => "decline",
            Self::Reassign { .. } => "reassign",
            Self::Cancel { .. } => "cancel",
        }
    }
}

impl OrderState {
    /// What every state carries.
    pub fn order(&self) -> &Order {
        match self {
            Self::Issued { order }
            | Self::Confirmed { order }
            | Self::Departed { order }
            | Self::Arrived { order }
            | Self::Completed { order, .. }
            | Self::Declined { order, .. }
            | Self::Cancelled { order, .. } => order,
        }
    }

    pub(super) fn into_order(self) -> Order {
        match self {
            Self::Issued { order }
            | Self::Confirmed { order }
            | Self::Departed { order }
            | Self::Arrived { order }
            | Self::Completed { order, .. }
            | Self::Declined { order, .. }
            | Self::Cancelled { order, .. } => order,
        }
    }

    /// Name of the phase.
    pub fn phase(&self) -> &'static str {
        match self {
            Self::Issued { .. } => "issued",
            Self::Confirmed { .. } => "confirmed",
            Self::Departed { .. } => "departed",
            Self::Arrived { .. } => "arrived",
            Self::Completed { .. } => "completed",
            Self::Declined { .. } => "declined",
            Self::Cancelled { .. } => "cancelled",
        }
    }
}
