//! The language of SensorThings: what expressions come to, how options nest, where paths lead, what is refused where.

use fengsui_protocols::sensorthings::{
    Bounds, EntityType, Expression, Path, Property, QueryError, Resource, Selected, Subject, Value, Wanted, bounds,
    holds, parse_data_array, parse_filter, parse_observation, parse_path, parse_query,
};
use jiff::Timestamp;
use serde_json::{Value as Json, json};

struct Station(Json);

impl Subject for Station {
    fn value(&self, path: &Path) -> Value {
        let mut keys: Vec<&str> = path.relations.iter().map(|relation| relation.name).collect();
        keys.push(match path.property {
            Property::Id => "id",
            Property::SelfLink => "selfLink",
            Property::Named(name) => name,
        });
        keys.extend(path.inner.iter().map(String::as_str));
        walk(&self.0, &keys)
    }
}

fn walk(json: &Json, keys: &[&str]) -> Value {
    match (json, keys) {
        (Json::Array(items), _) => Value::Many(items.iter().map(|item| walk(item, keys)).collect()),
        (json, []) => Value::of_json(json),
        (json, [key, rest @ ..]) => json.get(key).map_or(Value::Null, |inner| walk(inner, rest)),
    }
}

fn now() -> Timestamp {
    "2026-11-22T10:30:15.5Z".parse().expect("a time")
}

fn thing() -> Station {
    Station(json!({
        "id": "t-1", "name": "雨量站 50001", "description": "O'Brien",
        "properties": {"code": "DEMO-1", "size": 3, "deep": {"er": true}, "since": "2026-11-22T10:00:00Z"},
        "Locations": [{"location": {"type": "Point", "coordinates": [106.6, 38.1]}}],
        "Datastreams": [
            {"name": "雨量", "ObservedProperty": {"name": "rain"}},
            {"name": "水位", "ObservedProperty": {"name": "level"}},
        ],
    }))
}

fn asked(text: &str) -> bool {
    let expression = parse_filter(text, EntityType::Thing).unwrap_or_else(|error| panic!("{text}: {error}"));
    holds(&expression, &thing(), now())
}

#[test]
fn conditions_come_to_what_they_say() {
    for text in [
        "name eq '雨量站 50001'",
        "description eq 'O''Brien'",
        "id eq 't-1' and @iot.id eq 't-1'",
        "properties/code eq 'DEMO-1'",
        "properties/deep/er",
        "properties/deep/er eq true",
        "properties/size gt 2 and properties/size le 3",
        "properties/size add 2 mul 3 eq 9",
        "(properties/size add 2) mul 3 eq 15",
        "-properties/size eq -3",
        "properties/size mod 2 eq 1",
        "properties/size div 2 eq 1.5",
        "properties/size sub -1 eq 4e0",
        "not properties/size eq 4",
        "not (properties/size eq 4 or properties/size eq 5)",
        "properties/absent eq null and properties/size ne null",
        "false or true and true",
        "substringof('50001', name)",
        "contains(name, '50001')",
        "startswith(name, '雨') and endswith(name, '1')",
        "length(name) eq 9",
        "indexof(name, '50001') eq 4 and indexof(name, 'x') eq -1",
        "substring(name, 4) eq '50001' and substring(name, 4, 2) eq '50'",
        "tolower('AbC') eq 'abc' and toupper('ü') eq 'Ü'",
        "trim('  a ') eq 'a'",
        "concat(concat(properties/code, '-'), 'x') eq 'DEMO-1-x'",
        "round(2.5) eq 3 and floor(-1.5) eq -2 and ceiling(1.2) eq 2",
        "year(now()) eq 2026 and month(now()) eq 11 and day(now()) eq 22",
        "hour(now()) eq 10 and minute(now()) eq 30 and second(now()) eq 15",
        "fractionalseconds(now()) eq 0.5 and totaloffsetminutes(now()) eq 0",
        "date(now()) eq '2026-11-22'",
        "properties/since gt 2026-11-22T17:59:00+08:00",
        "properties/since lt now() and now() sub duration'PT1H' lt properties/since",
        "2026-01-01T00:00:00Z/2026-02-01T00:00:00Z lt properties/since",
        "hour(properties/since) eq 10",
        "st_within(Locations/location, geography'POLYGON ((106 38, 107 38, 107 39, 106 39, 106 38))')",
        "geo.distance(Locations/location, geography'POINT (106.6 38.2)') lt 0.11",
        "geo.intersects(Locations/location, geography'LINESTRING (106 38.1, 107 38.1)')",
        "st_disjoint(Locations/location, geography'POINT (1 1)')",
        "Datastreams/ObservedProperty/name eq 'rain'",
        "startswith(Datastreams/name, '水')",
    ] {
        assert!(asked(text), "{text}");
    }
    for text in [
        "name gt 5",
        "properties/absent gt 1",
        "not properties/absent",
        "properties/size div 0 eq 1",
        "name add 1 eq 2",
        "Datastreams/ObservedProperty/name eq 'wind'",
        "st_within(Locations/location, geography'POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))')",
        "year(name) eq 2026",
        "true and properties/absent",
    ] {
        assert!(!asked(text), "{text}");
    }
}

fn fault(text: &str) -> (String, usize) {
    let error = parse_filter(text, EntityType::Thing).expect_err(text);
    (error.code.to_owned(), error.at)
}

#[test]
fn says_where_the_fault_is() {
    let check = |text: &str, code: &str, at: usize| assert_eq!(fault(text), (code.to_owned(), at), "{text}");
    check("nme eq 'x'", "sta_unknown_property", 0);
    check("name eq 'x' and Datastreams/nme eq 1", "sta_unknown_property", 28);
    check("name eq 'x", "sta_unclosed_text", 8);
    check("name eq", "sta_unfinished", 7);
    check("", "sta_unfinished", 0);
    check("(name eq 'x'", "sta_unfinished", 12);
    check("name eq 'x')", "sta_syntax", 11);
    check("name ~ 'x'", "sta_syntax", 5);
    check("名称 eq 'x'", "sta_unknown_property", 0);
    check("name eq 'x' und name eq 'y'", "sta_syntax", 12);
    check("upper(name) eq 'X'", "sta_unknown_function", 0);
    check("st_touches(Locations/location, geography'POINT (1 1)')", "sta_not_supported", 0);
    check("length(name, 2) eq 1", "sta_wrong_arguments", 0);
    check("name eq 2026-13-01T00:00:00Z", "sta_bad_time", 8);
    check("name eq geography'CIRCLE (1 2)'", "sta_bad_geometry", 8);
}

#[test]
fn what_is_no_condition_is_none() {
    for text in ["5", "length(name)", "properties/size add 1", "'x'"] {
        assert_eq!(fault(text).0, "sta_not_logical", "{text}");
    }
    assert_eq!(fault("Datastreams/Observations/result gt 1").0, "sta_not_supported");
    assert_eq!(fault("Datastreams").0, "sta_property_expected");
}

#[test]
fn hostile_expressions_are_refused_soon() {
    let nested = |open: &str, inner: &str, close: &str, times: usize| {
        format!("{}{inner}{}", open.repeat(times), close.repeat(times))
    };
    assert_eq!(fault(&nested("(", "true", ")", 1000)).0, "sta_too_deep");
    assert_eq!(fault(&nested("not ", "true", "", 1000)).0, "sta_too_deep");
    assert_eq!(fault(&format!("{}1 eq 1", "-".repeat(1000))).0, "sta_too_deep");
    assert_eq!(fault(&nested("tolower(", "name", ")", 100)).0, "sta_too_deep");
    assert_eq!(fault(&"true and ".repeat(500)).0, "sta_too_long");
    assert_eq!(fault(&"x".repeat(9_000)).0, "sta_too_long");
    assert_eq!(fault(&"Datastreams/Thing/".repeat(20)).0, "sta_unfinished");
    assert_eq!(fault(&format!("{}name eq 1", "Datastreams/Thing/".repeat(20))).0, "sta_too_deep");
}

fn query(text: &str, entity: EntityType) -> Result<fengsui_protocols::sensorthings::Options, QueryError> {
    parse_query(text, entity)
}

#[test]
fn options_nest() {
    let text = "$expand=Datastreams($select=name,id;$expand=Observations($top=1;$orderby=phenomenonTime%20desc),Sensor;\
                $filter=name%20eq%20';,)'),Locations&$top=5&$skip=10&$count=true&$orderby=name+DESC,id&_=123";
    let options = query(text, EntityType::Thing).expect("options");
    assert_eq!((options.top, options.skip, options.count, options.order.len()), (Some(5), 10, true, 2));
    assert!(options.order[0].descending && !options.order[1].descending);
    let [streams, locations] = options.expand.as_slice() else { panic!("{:?}", options.expand) };
    assert_eq!((streams.relation.name, locations.relation.name), ("Datastreams", "Locations"));
    assert_eq!(streams.options.select[1], Selected::Property(Property::Id));
    assert!(streams.options.filter.is_some());
    let inner: Vec<_> =
        streams.options.expand.iter().map(|expand| (expand.relation.name, expand.options.top)).collect();
    assert_eq!(inner, [("Observations", Some(1)), ("Sensor", None)]);
    let slashes =
        query("$expand=Datastreams/Sensor,Datastreams/Observations($top=2),Datastreams($top=3)", EntityType::Thing);
    let [only] = &slashes.expect("options").expand[..] else { panic!("one relation") };
    assert_eq!((only.options.expand.len(), only.options.top), (2, Some(3)));
}

#[test]
fn options_that_are_wrong_are_named() {
    let check = |text: &str, entity: EntityType, code: &str, part: &str, at: usize| {
        let error = query(text, entity).expect_err(text);
        assert_eq!((error.code, error.part.as_str(), error.at), (code, part, at), "{text}");
    };
    check("$filter=nme%20eq%201", EntityType::Thing, "sta_unknown_property", "$filter", 0);
    check("$expand=Datastreams($filter=nme%20eq%201)", EntityType::Thing, "sta_unknown_property", "$expand", 20);
    check("$expand=Locations,Sensor", EntityType::Thing, "sta_unknown_relation", "$expand", 10);
    check("$expand=Datastreams($top=x)", EntityType::Thing, "sta_bad_number", "$expand", 17);
    check("$top=-1", EntityType::Thing, "sta_bad_number", "$top", 0);
    check("$top=1&$top=2", EntityType::Thing, "sta_option_twice", "$top", 0);
    check("$count=maybe", EntityType::Thing, "sta_bad_choice", "$count", 0);
    check("$select=name,size", EntityType::Thing, "sta_unknown_property", "$select", 5);
    check("$orderby=name,", EntityType::Thing, "sta_unfinished", "$orderby", 5);
    check("$resultFormat=dataArray", EntityType::Thing, "sta_bad_choice", "$resultFormat", 0);
    check("$search=x", EntityType::Thing, "sta_unknown_option", "$search", 0);
    check("$filter=%ff", EntityType::Thing, "sta_unreadable", "query", 0);
    let loops = format!("$expand={}", ["Datastreams", "Thing"].repeat(3).join("/"));
    assert_eq!(query(&loops, EntityType::Thing).expect_err("deep").code, "sta_too_deep");
    let wide = format!("$expand={}", vec!["Datastreams/Sensor"; 30].join(","));
    assert_eq!(query(&wide, EntityType::Thing).expect_err("wide").code, "sta_too_long");
    assert_eq!(query(&"a".repeat(20_000), EntityType::Thing).expect_err("long").code, "sta_too_long");
}

#[test]
fn paths_lead_where_they_say() {
    let path = |text: &str| match parse_path(text) {
        Ok(Resource::Entities(path)) => {
            let steps: Vec<String> = path
                .steps
                .iter()
                .map(|step| format!("{}{}", step.name, step.id.clone().map_or(String::new(), |id| format!("={id}"))))
                .collect();
            (steps.join(" "), path.wanted)
        }
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(parse_path(""), Ok(Resource::Root));
    assert_eq!(parse_path("/"), Ok(Resource::Root));
    assert_eq!(parse_path("CreateObservations"), Ok(Resource::CreateObservations));
    assert_eq!(path("Things"), ("Things".to_owned(), Wanted::Itself));
    assert_eq!(path("Things(1)/Datastreams(2)/Observations").0, "Things=1 Datastreams=2 Observations");
    assert_eq!(path("Things('a%27%27%2Fb')/Datastreams/$ref"), ("Things=a'/b Datastreams".to_owned(), Wanted::Address));
    assert_eq!(path("Observations('x:1')/Datastream/Thing/$ref").0, "Observations=x:1 Datastream Thing");
    assert_eq!(path("Things/$count").1, Wanted::Count);
    let wanted = |inner: &[&str], bare| Wanted::Property {
        property: Property::Named("properties"),
        inner: inner.iter().map(|key| (*key).to_owned()).collect(),
        bare,
    };
    assert_eq!(path("Things('x')/properties/code/$value").1, wanted(&["code"], true));
    assert_eq!(path("Things('x')/properties").1, wanted(&[], false));
    for (text, code) in [
        ("Thing", "sta_unknown_resource"),
        ("Things/Datastreams", "sta_unknown_resource"),
        ("Things/name", "sta_unknown_resource"),
        ("Things(abc)", "sta_bad_id"),
        ("Things('a", "sta_bad_id"),
        ("Things('a'b')", "sta_bad_id"),
        ("Datastreams(1)/Thing(1)", "sta_bad_id"),
        ("Things(1)/size", "sta_unknown_property"),
        ("Things(1)/$count", "sta_unknown_property"),
        ("Things(1)/name/$value/x", "sta_unknown_resource"),
        ("Things(%00)", "sta_unreadable"),
    ] {
        assert_eq!(parse_path(text).expect_err(text).code, code, "{text}");
    }
    assert_eq!(parse_path(&"Things(1)/Datastreams(1)/Thing/".repeat(9)).expect_err("long").code, "sta_too_deep");
}

#[test]
fn bounds_take_in_every_match() {
    let of = |text: &str| bounds(&parse_filter(text, EntityType::Observation).expect(text), now());
    let millis = |text: &str| text.parse::<Timestamp>().expect("a time").as_millisecond();
    let hour = millis("2026-11-22T10:00:00Z");
    assert_eq!(of("result gt 5"), Bounds::default());
    let both = of("phenomenonTime ge 2026-11-22T10:00:00Z and result gt 5 and 2026-11-22T11:00:00Z gt phenomenonTime");
    assert_eq!((both.from, both.before), (Some(hour), Some(hour + 3_600_001)));
    assert_eq!(of("phenomenonTime gt now() sub duration'PT30M15.5S'").from, Some(hour));
    assert_eq!(of("phenomenonTime eq 2026-11-22T10:00:00Z").before, Some(hour + 1));
    assert_eq!(of("Datastream/id eq 'd' or result gt 5").datastream, None);
    assert_eq!(of("Datastream/@iot.id eq 'd' and not (result gt 5)").datastream.as_deref(), Some("d"));
    assert_eq!(of("Datastream/Thing/id eq 't'").thing.as_deref(), Some("t"));
    assert_eq!(of("id eq 'd:1'").observation.as_deref(), Some("d:1"));
}

#[test]
fn observations_are_read_or_refused_with_their_place() {
    let time = |text: &str| text.parse::<Timestamp>().expect("a time");
    let full = parse_observation(
        br#"{"phenomenonTime":"2024-06-01T07:00:00Z/2024-06-01T08:00:00Z","result":12.30,"resultQuality":"good","parameters":{"historical":true},"Datastream":{"@iot.id":"d","name":"x"}}"#,
    )
    .expect("an observation");
    assert_eq!(full.result.as_deref(), Some("12.30"), "the digits stay");
    assert_eq!(full.phenomenon_time, Some((time("2024-06-01T07:00:00Z"), time("2024-06-01T08:00:00Z"))));
    assert!(full.historical && full.datastream.as_deref() == Some("d") && full.quality.as_deref() == Some("good"));
    assert_eq!(parse_observation(br#"{"result":null}"#).expect("nothing measured").result, None);
    assert_eq!(parse_observation(br#"{"result":true}"#).expect("yes").result.as_deref(), Some("1"));
    let refused = |body: &[u8]| {
        let error = parse_observation(body).expect_err("refused");
        (error.code, error.part)
    };
    assert_eq!(refused(b"{\"result\":1.0,").0, "sta_bad_json");
    assert_eq!(refused(b"\xff").0, "sta_bad_json");
    assert_eq!(refused(br#"{"result":"\u0000"}"#).0, "sta_bad_json");
    assert_eq!(refused(b"{}"), ("sta_required", "body/result".to_owned()));
    assert_eq!(
        refused(br#"{"result":1,"phenomenonTime":"today"}"#),
        ("sta_bad_time", "body/phenomenonTime".to_owned())
    );
    assert_eq!(refused(br#"{"result":1,"value":1}"#), ("sta_unknown_property", "body/value".to_owned()));
    assert_eq!(refused(br#"{"result":1,"Datastream":{}}"#), ("sta_required", "body/Datastream".to_owned()));
    assert_eq!(
        refused(br#"{"result":1,"phenomenonTime":"2024-06-01T09:00:00Z/2024-06-01T08:00:00Z"}"#).0,
        "sta_bad_time"
    );
}

#[test]
fn one_bad_row_does_not_spoil_the_others() {
    let rows = parse_data_array(
        br#"[{"Datastream":{"@iot.id":1},"components":["phenomenonTime","result"],"dataArray@iot.count":3,
             "dataArray":[["2024-06-01T00:00:00Z",1.1],["today",1],["2024-06-01T00:00:00Z"]]}]"#,
    )
    .expect("rows");
    assert_eq!(rows[0].as_ref().expect("good").datastream.as_deref(), Some("1"));
    let faults: Vec<_> = rows[1..]
        .iter()
        .map(|row| row.as_ref().expect_err("bad"))
        .map(|error| (error.code, error.part.as_str()))
        .collect();
    assert_eq!(
        faults,
        [("sta_bad_time", "body/0/dataArray/1/0:phenomenonTime"), ("sta_wrong_length", "body/0/dataArray/2")]
    );
    for (body, code) in [
        (&b"{}"[..], "sta_bad_json"),
        (br#"[{"components":["result"],"dataArray":[]}]"#, "sta_required"),
        (br#"[{"Datastream":{"@iot.id":1},"components":["time"],"dataArray":[]}]"#, "sta_required"),
        (br#"[{"Datastream":{"@iot.id":1},"components":["result"],"dataArray":1}]"#, "sta_wrong_type"),
    ] {
        assert_eq!(parse_data_array(body).expect_err("refused").code, code);
    }
    let many = format!(
        r#"[{{"Datastream":{{"@iot.id":1}},"components":["result"],"dataArray":[{}]}}]"#,
        vec!["[1]"; 10_001].join(",")
    );
    assert_eq!(parse_data_array(many.as_bytes()).expect_err("too many").code, "sta_too_many_rows");
}

#[test]
fn the_parts_of_a_condition_are_found() {
    let expression =
        parse_filter("(name eq 'a' and id eq 'b') and (true or false)", EntityType::Thing).expect("parsed");
    assert_eq!(expression.conjuncts().len(), 3);
    assert_eq!(expression.paths().len(), 2);
    assert!(matches!(expression, Expression::Binary(..)));
}
