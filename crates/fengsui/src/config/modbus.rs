//! The section about Modbus TCP: units that the platform reads.

use std::time::Duration;

use fengsui_gateway::ModbusStation;
use fengsui_protocols::modbus::{BitTable, Format, Kind, Order, Point, RegisterTable, Scale, Survey, raw_bits};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::number::Number;

/// The port of Modbus TCP.
const PORT: u16 = 502;

/// A unit that is read at regular intervals. Nothing is ever written to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Modbus {
    /// Code or serial number of the device in the ledger.
    pub device: String,
    /// Host or address, with `:port` if it is not 502. Units with the same address share one connection.
    pub address: String,
    /// Which device behind the address, 0 to 255.
    #[serde(default = "one")]
    pub unit: u8,
    /// Seconds from one reading to the next.
    #[serde(default = "ten")]
    #[schemars(range(min = 1, max = 86_400))]
    pub interval_seconds: u32,
    /// How long a connection or an answer may take.
    #[serde(default = "two_seconds")]
    #[schemars(range(min = 50, max = 60_000))]
    pub timeout_milliseconds: u32,
    /// Unused addresses that may be read over to save a request; 0 for devices that refuse them.
    #[serde(default)]
    #[schemars(range(max = 120))]
    pub gap: u16,
    /// What is read.
    pub registers: Vec<Register>,
}

/// A value and where it lies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// Code of the series within the device.
    pub series: String,
    /// The function that reads it: 1 coils, 2 discrete inputs, 3 holding registers, 4 input registers.
    #[schemars(range(min = 1, max = 4))]
    pub function: u8,
    /// Address on the wire, counted from 0: what a manual calls 40001 is function 3, address 0.
    pub address: u16,
    /// What the registers hold; bits (functions 1 and 2) have none.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<RegisterType>,
    /// Order of the bytes, A being the highest.
    #[serde(default)]
    pub order: WordOrder,
    /// Which bit of the register, 0 being the lowest; for the type `bit`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 15))]
    pub bit: Option<u8>,
    /// The value is the number × scale + offset, exactly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<Number>,
    /// Added after the scale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<Number>,
    /// Raw contents, such as `"0x8000"`, by which the device says that it has no value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bad: Vec<Number>,
}

/// What registers hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RegisterType {
    /// One register without sign.
    U16,
    /// One register with sign.
    I16,
    /// Two registers without sign.
    U32,
    /// Two registers with sign.
    I32,
    /// Two registers, IEEE 754.
    F32,
    /// Four registers without sign.
    U64,
    /// Four registers with sign.
    I64,
    /// Four registers, IEEE 754.
    F64,
    /// One bit of a register.
    Bit,
}

/// Order of the bytes of a number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum WordOrder {
    /// Highest first.
    #[default]
    Abcd,
    /// Lowest register first.
    Cdab,
    /// Bytes swapped within each register.
    Badc,
    /// Lowest byte first.
    Dcba,
}

fn one() -> u8 {
    1
}

fn ten() -> u32 {
    10
}

fn two_seconds() -> u32 {
    2_000
}

/// A key below the section and what is wrong with its value.
type Problem = (String, String);

impl Modbus {
    /// The unit as the gateway reads it, or everything that is wrong with it.
    pub fn station(&self) -> Result<ModbusStation, Vec<Problem>> {
        let mut problems = self.plain_problems();
        let mut points = Vec::new();
        for (index, register) in self.registers.iter().enumerate() {
            let place = |(key, what): Problem| (format!("registers.{index}.{key}"), what);
            match register.point() {
                Ok(point) => points.push(point),
                Err(problem) => problems.push(place(problem)),
            }
            let twice = self.registers.iter().take(index).any(|other| other.series == register.series);
            if twice || register.series.trim().is_empty() {
                problems.push(place(("series".into(), "must be named, and only once".into())));
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let survey = Survey::new(points, self.gap);
        let survey =
            survey.map_err(|(index, error)| vec![(format!("registers.{index}.address"), error.to_string())])?;
        Ok(ModbusStation {
            device: self.device.clone(),
            address: self.host_and_port().unwrap_or_default(),
            unit: self.unit,
            interval: Duration::from_secs(self.interval_seconds.into()),
            timeout: Duration::from_millis(self.timeout_milliseconds.into()),
            survey,
            series: self.registers.iter().map(|register| register.series.clone()).collect(),
        })
    }

    fn plain_problems(&self) -> Vec<Problem> {
        let bad = [
            ("device", self.device.trim().is_empty(), "must be the code of a device"),
            ("address", self.host_and_port().is_none(), "must be a host, such as 10.1.2.3 or plc.example:502"),
            ("interval_seconds", !(1..=86_400).contains(&self.interval_seconds), "must be between 1 and 86400"),
            (
                "timeout_milliseconds",
                !(50..=60_000).contains(&self.timeout_milliseconds),
                "must be between 50 and 60000",
            ),
            ("gap", self.gap > 120, "must be at most 120"),
            ("registers", self.registers.is_empty(), "there must be at least one"),
            ("registers", self.registers.len() > 5_000, "there may be at most 5000"),
        ];
        let bad = bad.into_iter().filter(|(_, wrong, _)| *wrong);
        bad.map(|(key, _, what)| (key.to_owned(), what.to_owned())).collect()
    }

    fn host_and_port(&self) -> Option<String> {
        let text = self.address.trim();
        if let Ok(address) = text.parse::<std::net::Ipv6Addr>() {
            return Some(format!("[{address}]:{PORT}"));
        }
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().ok().filter(|port| *port > 0)?),
            None => (text, PORT),
        };
        let plain = !host.is_empty() && !host.contains(|c: char| c.is_whitespace() || "/@?#".contains(c));
        plain.then(|| format!("{host}:{port}"))
    }
}

impl Register {
    fn point(&self) -> Result<Point, Problem> {
        let table = match self.function {
            1 => return self.single_bit(BitTable::Coils),
            2 => return self.single_bit(BitTable::DiscreteInputs),
            3 => RegisterTable::Holding,
            4 => RegisterTable::Input,
            _ => return Err(problem("function", "must be 1, 2, 3 or 4")),
        };
        let kind = self.number()?;
        let order = match self.order {
            WordOrder::Abcd => Order::Abcd,
            WordOrder::Cdab => Order::Cdab,
            WordOrder::Badc => Order::Badc,
            WordOrder::Dcba => Order::Dcba,
        };
        let format = Format { order, scale: self.factor()?, ..Format::new(kind) };
        let bits = self.bad.iter().map(|raw| raw_bits(raw.as_str()));
        let bad: Result<Vec<u64>, _> = bits.collect();
        let bad = bad.map_err(|_| problem("bad", "must be whole numbers without sign, such as \"0x8000\""))?;
        Ok(Point::Number { table, address: self.address, format, bad })
    }

    fn single_bit(&self, table: BitTable) -> Result<Point, Problem> {
        let plain = matches!(self.kind, None | Some(RegisterType::Bit)) && self.bit.is_none();
        if plain && self.scale.is_none() && self.offset.is_none() && self.bad.is_empty() {
            Ok(Point::Bit { table, address: self.address })
        } else {
            Err(problem("type", "functions 1 and 2 read single bits: no type, bit, scale, offset or bad values"))
        }
    }

    fn number(&self) -> Result<Kind, Problem> {
        let kind = self.kind.ok_or_else(|| problem("type", "is missing"))?;
        if (kind == RegisterType::Bit) != self.bit.is_some() {
            return Err(problem("bit", "belongs to the type bit, and the type bit needs it"));
        }
        Ok(match kind {
            RegisterType::U16 => Kind::U16,
            RegisterType::I16 => Kind::I16,
            RegisterType::U32 => Kind::U32,
            RegisterType::I32 => Kind::I32,
            RegisterType::F32 => Kind::F32,
            RegisterType::U64 => Kind::U64,
            RegisterType::I64 => Kind::I64,
            RegisterType::F64 => Kind::F64,
            RegisterType::Bit => Kind::Bit(self.bit.unwrap_or_default()),
        })
    }

    fn factor(&self) -> Result<Option<Scale>, Problem> {
        if self.scale.is_none() && self.offset.is_none() {
            return Ok(None);
        }
        let (scale, offset) = (self.scale.as_ref(), self.offset.as_ref());
        let made = Scale::new(scale.map_or("1", Number::as_str), offset.map_or("0", Number::as_str));
        made.map(Some).map_err(|error| problem("scale", &format!("{error}, or the scale is 0")))
    }
}

fn problem(key: &str, what: &str) -> Problem {
    (key.to_owned(), what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::{Config, Overrides, load};

    fn loaded(toml: &str) -> Result<Config, Vec<String>> {
        let directory = tempfile::tempdir().expect("a directory");
        std::fs::write(directory.path().join("fengsui.toml"), toml).expect("a file");
        let overrides = Overrides { data_dir: Some(directory.path().to_owned()), ..Overrides::default() };
        load(&overrides).map(|loaded| loaded.config)
    }

    const UNIT: &str = "[[modbus]]\ndevice = \"P\"\naddress = \"10.0.0.1\"\n";

    #[test]
    fn the_example_of_the_documentation_is_sound() {
        let text = std::fs::read_to_string("../../docs/doors.md").expect("the documentation");
        let examples = text.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
        let config = loaded(&examples.collect::<String>()).expect("a sound example");
        let station = config.modbus[0].station().expect("a unit");
        assert_eq!((station.address.as_str(), station.survey.len()), ("10.1.2.3:502", 4));
        assert_eq!(station.survey.polls().len(), 4, "110 is too far from 100");
        assert!(config.drop.len() == 2 && config.drop.iter().all(|folder| folder.folder().is_ok()));
    }

    #[test]
    fn addresses_get_a_port() {
        let address = |text: &str| {
            let unit = format!("[[modbus]]\ndevice = \"P\"\naddress = \"{text}\"\nregisters = []\n");
            toml::from_str::<Config>(&unit).expect("TOML").modbus[0].host_and_port()
        };
        assert_eq!(address("plc.example:1502").as_deref(), Some("plc.example:1502"));
        assert_eq!(address("[::1]:5020").as_deref(), Some("[::1]:5020"));
        assert_eq!(address("::1").as_deref(), Some("[::1]:502"));
        for bad in ["", "a b", "tcp://h", "h:0", "h:70000"] {
            assert_eq!(address(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_wrong_is_refused_with_its_place() {
        let register = |rest: &str| format!("{UNIT}[[modbus.registers]]\nseries = \"a\"\n{rest}");
        for (toml, place) in [
            (format!("{UNIT}registers = []"), "modbus.0.registers: "),
            (register("function = 5\naddress = 0"), "modbus.0.registers.0.function: "),
            (register("function = 3\naddress = 0"), "modbus.0.registers.0.type: "),
            (register("function = 3\naddress = 65535\ntype = \"u32\""), "modbus.0.registers.0.address: "),
            (register("function = 3\naddress = 0\ntype = \"bit\""), "modbus.0.registers.0.bit: "),
            (register("function = 3\naddress = 0\ntype = \"u16\"\nscale = 0"), "modbus.0.registers.0.scale: "),
            (register("function = 3\naddress = 0\ntype = \"u16\"\nbad = [-1]"), "modbus.0.registers.0.bad: "),
            (register("function = 1\naddress = 0\nscale = 2"), "modbus.0.registers.0.type: "),
            (register("function = 3\naddress = 0\ntype = \"u24\""), "modbus.0.registers.0.type: "),
            (register("function = 3\naddress = 0\ntype = \"u16\"\nbits = 1"), "modbus.0.registers.0.bits: "),
        ] {
            let problems = loaded(&toml).expect_err("a problem");
            assert!(problems.iter().any(|problem| problem.starts_with(place)), "{place} in {problems:?}");
        }
    }
}
