//! Divisions and their boundaries: where everything lies.

mod answer;
mod boundary;
mod division;
mod polygon;
mod population;

pub(crate) use polygon::Shape;

pub use answer::{
    Division, DivisionDetail, DivisionName, Located, NearBorder, PopulationAnswer, PopulationArea, PopulationShare,
};
