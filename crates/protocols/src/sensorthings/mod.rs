//! OGC SensorThings API 1.1 (OGC 18-088): the language of its requests.
//!
//! Paths ([`parse_path`]), query options ([`parse_query`]), expressions and what they come to ([`evaluate`],
//! [`holds`]), and the observations that are handed in ([`parse_observation`], [`parse_data_array`]). Nothing here
//! knows where entities come from: they are asked through [`Subject`].
//!
//! Requests come from anybody: texts, nesting and numbers of parts are bounded, and what is refused says at which
//! character.
//!
//! Where the standard leaves room: times are told and taken apart in UTC; distances are in degrees, the unit of the
//! coordinates; a comparison over a relation to a set holds if it holds for one of them; conditions cannot look
//! into the observations of a datastream.

mod bounds;
mod error;
mod evaluate;
mod expression;
mod functions;
mod geometry;
mod lexer;
mod model;
mod options;
mod parser;
mod path;
mod submission;
mod value;

pub use bounds::{Bounds, bounds};
pub use error::{QueryError, QueryResult};
pub use evaluate::{Subject, constant, evaluate, holds};
pub use expression::{Expression, Operator, Path, Property};
pub use functions::Function;
pub use geometry::{Geometry, Position};
pub use model::{EntityType, Navigation};
pub use options::{
    DEEPEST_EXPAND, Expand, MOST_EXPANDS, MOST_QUERY, MOST_SORT_KEYS, Options, Selected, SortKey, decode, parse_query,
};
pub use parser::{DEEPEST, LONGEST_PATH, MOST_CHARACTERS, MOST_NODES, parse_expression, parse_filter};
pub use path::{EntityPath, MOST_STEPS, Resource, Step, Wanted, parse_path};
pub use submission::{MOST_ROWS, NewObservation, parse_data_array, parse_observation};
pub use value::{Value, duration, instant};
