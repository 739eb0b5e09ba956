//! When a rule applies: hours of the week and seasons of the year, in local time. A pure function of the schedule, the
//! zone and the time; whole numbers are compared, nothing is allocated.

use fengsui_kernel::clock::from_millis;
use fengsui_kernel::{Fault, Problems, Timestamp};
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const MINUTE: i64 = 60_000;
const DAY_MINUTES: i64 = 24 * 60;
const WEEK_MINUTES: i64 = 7 * DAY_MINUTES;
/// The most spans of each sort.
const MOST: usize = 20;

/// When a rule applies: within any of the hours and any of the seasons; a sort of which none is given does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// Hours of the week, in local time.
    #[serde(default)]
    pub hours: Vec<WeeklyHours>,
    /// Seasons that come each year, such as the flood season 汛期.
    #[serde(default)]
    pub seasons: Vec<Season>,
}

/// The same hours on some days of the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeeklyHours {
    /// Days of the week, Monday is 1 and Sunday 7; the day on which the span begins.
    pub days: Vec<u8>,
    /// From this time of day on: `08:00`.
    pub from: String,
    /// Up to this time of day, which no longer belongs to it: `18:00`, `24:00`. Not later than `from`: on the next day.
    pub to: String,
}

/// Days that come each year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Season {
    /// The first day, month and day: `05-01`.
    pub from: String,
    /// The last day, which still belongs to it: `09-30`. Before `from`: in the next year.
    pub to: String,
}

/// Minutes of a day, 0 to 1440.
fn minutes(text: &str) -> Option<i64> {
    let (hours, minutes) = two_numbers(text, ':')?;
    (hours < 24 && minutes < 60 || hours == 24 && minutes == 0).then_some(hours * 60 + minutes)
}

/// Month and day as one number: 501 for 1 May.
fn month_and_day(text: &str) -> Option<i64> {
    const DAYS: [i64; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let (month, day) = two_numbers(text, '-')?;
    let last = DAYS.get(usize::try_from(month - 1).ok()?)?;
    (1..=*last).contains(&day).then_some(month * 100 + day)
}

/// Two numbers of two digits each.
fn two_numbers(text: &str, between: char) -> Option<(i64, i64)> {
    let (first, second) = text.split_once(between)?;
    let number =
        |part: &str| (part.len() == 2 && part.bytes().all(|it| it.is_ascii_digit())).then(|| part.parse().ok())?;
    Some((number(first)?, number(second)?))
}

impl Schedule {
    /// What is wrong with it, by field below `schedule`.
    pub fn check(&self, problems: &mut Problems) {
        if self.hours.is_empty() && self.seasons.is_empty() {
            problems.push(Fault::field("schedule", "required"));
        }
        if self.hours.len() > MOST || self.seasons.len() > MOST {
            problems.push(Fault::field("schedule", "too_long").with("max", &MOST.to_string()));
        }
        for (index, hours) in self.hours.iter().enumerate() {
            let field = |name: &str| format!("schedule.hours.{index}.{name}");
            if hours.days.is_empty() {
                problems.push(Fault::field(&field("days"), "required"));
            } else if hours.days.iter().any(|day| !(1..=7).contains(day)) {
                problems.push(Fault::field(&field("days"), "out_of_range").with("min", "1").with("max", "7"));
            }
            let begins = minutes(&hours.from).filter(|minute| *minute < DAY_MINUTES);
            for (name, good) in [("from", begins.is_some()), ("to", minutes(&hours.to).is_some())] {
                if !good {
                    problems.push(Fault::field(&field(name), "no_time_of_day"));
                }
            }
        }
        for (index, season) in self.seasons.iter().enumerate() {
            for (name, text) in [("from", &season.from), ("to", &season.to)] {
                if month_and_day(text).is_none() {
                    problems.push(Fault::field(&format!("schedule.seasons.{index}.{name}"), "no_day_of_year"));
                }
            }
        }
    }
}

/// A schedule made ready to be asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    schedule: Schedule,
    zone: TimeZone,
    /// First minute of the week and the minute after the last, within the week; what crosses its end is in two parts.
    hours: Vec<(i64, i64)>,
    /// First and last day, as month and day.
    seasons: Vec<(i64, i64)>,
}

impl Calendar {
    /// The schedule in a zone. What cannot be read narrows to nothing: it was checked before it was kept.
    pub fn new(schedule: Schedule, zone: TimeZone) -> Self {
        let mut hours = Vec::new();
        for span in &schedule.hours {
            let Some((from, to)) = minutes(&span.from).zip(minutes(&span.to)) else { continue };
            let length = if to > from { to - from } else { to - from + DAY_MINUTES };
            for day in &span.days {
                let begin = (i64::from(*day) - 1) * DAY_MINUTES + from;
                hours.push((begin, (begin + length).min(WEEK_MINUTES)));
                if begin + length > WEEK_MINUTES {
                    hours.push((0, begin + length - WEEK_MINUTES));
                }
            }
        }
        let season = |it: &Season| month_and_day(&it.from).zip(month_and_day(&it.to));
        let seasons = schedule.seasons.iter().filter_map(season).collect();
        Self { schedule, zone, hours, seasons }
    }

    /// As it was written.
    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// Whether the rule applies at a time.
    pub fn applies(&self, at: Timestamp) -> bool {
        let offset = i64::from(self.zone.to_offset(at).seconds()) * 1000;
        let local = at.as_millisecond() + offset;
        self.within_hours(local) && self.within_seasons(local)
    }

    fn within_hours(&self, local: i64) -> bool {
        // 1970-01-01 was a Thursday, three days after a Monday.
        let minute = (local.div_euclid(MINUTE) + 3 * DAY_MINUTES).rem_euclid(WEEK_MINUTES);
        self.schedule.hours.is_empty() || self.hours.iter().any(|(from, to)| (*from..*to).contains(&minute))
    }

    fn within_seasons(&self, local: i64) -> bool {
        if self.schedule.seasons.is_empty() {
            return true;
        }
        let day = month_and_day_of(local.div_euclid(MINUTE * DAY_MINUTES));
        let within = |(from, to): &(i64, i64)| {
            if from <= to { (*from..=*to).contains(&day) } else { day >= *from || day <= *to }
        };
        self.seasons.iter().any(within)
    }

    /// When it first stops to apply after one time and up to another, to the minute.
    pub fn first_end(&self, after: Timestamp, until: Timestamp) -> Option<Timestamp> {
        let (first, last) = (after.as_millisecond().div_euclid(MINUTE) + 1, until.as_millisecond().div_euclid(MINUTE));
        (first..=last).map(|minute| from_millis(minute * MINUTE)).find(|at| !self.applies(*at))
    }

    /// When it last stopped to apply, where it does not at `now`: to the minute, looked for a week back, else `now`.
    pub fn ended(&self, now: Timestamp) -> Timestamp {
        let minute = now.as_millisecond().div_euclid(MINUTE);
        let before = (1..=WEEK_MINUTES).find(|back| self.applies(from_millis((minute - back) * MINUTE)));
        before.map_or(now, |back| from_millis((minute - back + 1) * MINUTE))
    }
}

/// Month and day of a day counted from 1970-01-01, as one number (Howard Hinnant, `civil_from_days`).
fn month_and_day_of(days: i64) -> i64 {
    let shifted = days + 719_468;
    let day_of_era = shifted.rem_euclid(146_097);
    let year = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    month * 100 + day
}

#[cfg(test)]
mod tests {
    use jiff::civil::Weekday;
    use jiff::tz::Offset;
    use proptest::prelude::*;

    use super::*;

    fn shanghai() -> TimeZone {
        TimeZone::fixed(Offset::constant(8))
    }

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn hours(days: &[u8], from: &str, to: &str) -> WeeklyHours {
        WeeklyHours { days: days.to_vec(), from: from.into(), to: to.into() }
    }

    fn season(from: &str, to: &str) -> Season {
        Season { from: from.into(), to: to.into() }
    }

    #[test]
    fn the_flood_season_is_whole_days_of_local_time() {
        let schedule = Schedule { seasons: vec![season("05-01", "09-30")], ..Schedule::default() };
        let calendar = Calendar::new(schedule, shanghai());
        for (time, applies) in [
            ("2026-04-30T23:59:59+08:00", false),
            ("2026-05-01T00:00:00+08:00", true),
            ("2026-09-30T23:59:59+08:00", true),
            ("2026-10-01T00:00:00+08:00", false),
        ] {
            assert_eq!(calendar.applies(at(time)), applies, "{time}");
        }
        assert_eq!(calendar.ended(at("2026-10-01T00:03:20+08:00")), at("2026-10-01T00:00:00+08:00"));
    }

    #[test]
    fn a_night_belongs_to_the_day_on_which_it_begins_and_a_week_ends_nowhere() {
        let schedule = Schedule { hours: vec![hours(&[7], "22:00", "06:00")], ..Schedule::default() };
        let calendar = Calendar::new(schedule, shanghai());
        // 2026-11-22 is a Sunday.
        for (time, applies) in [
            ("2026-11-22T21:59:59+08:00", false),
            ("2026-11-22T22:00:00+08:00", true),
            ("2026-11-23T05:59:59+08:00", true),
            ("2026-11-23T06:00:00+08:00", false),
            ("2026-11-22T05:00:00+08:00", false),
        ] {
            assert_eq!(calendar.applies(at(time)), applies, "{time}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        let wrong = Schedule { hours: vec![hours(&[8], "24:00", "7:00")], seasons: vec![season("02-30", "13-01")] };
        let mut problems = Problems::default();
        wrong.check(&mut problems);
        let fields: Vec<&str> = problems.0.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "schedule.hours.0.days",
                "schedule.hours.0.from",
                "schedule.hours.0.to",
                "schedule.seasons.0.from",
                "schedule.seasons.0.to"
            ]
        );
        let mut problems = Problems::default();
        Schedule { hours: vec![hours(&[1, 5], "00:00", "24:00")], seasons: vec![] }.check(&mut problems);
        assert!(problems.0.is_empty());
    }

    /// Straight from the calendar of `jiff`, day by day.
    fn naive(schedule: &Schedule, zone: &TimeZone, at: Timestamp) -> bool {
        let local = at.to_zoned(zone.clone());
        let minute = i64::from(local.hour()) * 60 + i64::from(local.minute());
        let on = |days: &[u8], weekday: Weekday| {
            days.contains(&u8::try_from(weekday.to_monday_one_offset()).expect("a day"))
        };
        let within = |span: &WeeklyHours| {
            let (from, to) = (minutes(&span.from).expect("a time"), minutes(&span.to).expect("a time"));
            let today = on(&span.days, local.weekday());
            let before = on(&span.days, local.weekday().previous());
            if to > from {
                today && (from..to).contains(&minute)
            } else {
                today && minute >= from || before && minute < to
            }
        };
        let day = i64::from(local.month()) * 100 + i64::from(local.day());
        let seasonal = |it: &Season| {
            let (from, to) = (month_and_day(&it.from).expect("a day"), month_and_day(&it.to).expect("a day"));
            if from <= to { from <= day && day <= to } else { day >= from || day <= to }
        };
        (schedule.hours.is_empty() || schedule.hours.iter().any(within))
            && (schedule.seasons.is_empty() || schedule.seasons.iter().any(seasonal))
    }

    fn a_time() -> impl Strategy<Value = String> {
        (0..24_u8, 0..60_u8).prop_map(|(hour, minute)| format!("{hour:02}:{minute:02}"))
    }

    fn a_day() -> impl Strategy<Value = String> {
        (1..=12_u8, 1..=28_u8).prop_map(|(month, day)| format!("{month:02}-{day:02}"))
    }

    proptest! {
        #[test]
        fn it_is_what_the_calendar_says(
            hours in prop::collection::vec((prop::collection::vec(1..=7_u8, 1..4), a_time(), a_time()), 0..3),
            seasons in prop::collection::vec((a_day(), a_day()), 0..3),
            second in 0..4_000_000_000_i64,
            offset in -12..=14_i8,
        ) {
            let hours = hours.into_iter().map(|(days, from, to)| WeeklyHours { days, from, to }).collect();
            let seasons = seasons.into_iter().map(|(from, to)| Season { from, to }).collect();
            let (schedule, zone) = (Schedule { hours, seasons }, TimeZone::fixed(Offset::constant(offset)));
            let at = from_millis(second * 1000);
            let calendar = Calendar::new(schedule.clone(), zone.clone());
            prop_assert_eq!(calendar.applies(at), naive(&schedule, &zone, at));
        }
    }
}
