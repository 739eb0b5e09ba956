"""A public client library against the SensorThings door: frost_client.py ROOT TOKEN THING DATASTREAM."""

import datetime
import sys

import frost_sta_client as fsc
import requests

root, token, thing_id, stream_id = sys.argv[1:]
service = fsc.SensorThingsService(root, auth_handler=fsc.AuthHandler("client", token))

# One entity, and from it to others.
thing = service.things().find(thing_id)
assert thing.properties["code"] == "T-STA", thing.properties
assert thing.get_locations().query().list().get(0).location["coordinates"] == [106.5, 38.25]
streams = thing.get_datastreams().query().orderby("name", "asc").list()
assert {stream.name for stream in streams} == {"水位", "流量"}
stream = service.datastreams().find(stream_id)
assert stream.unit_of_measurement.symbol == "m"

# Filters, selections, counts.
found = service.things().query().filter("properties/code eq 'T-STA' and substringof('示例', name)").count().list()
assert found.count == 1 and found.get(0).id == thing_id
several = service.things().query().top(1).list()
assert len(list(several)) > 1, "the links to further pages are followed"

# Related entities in one answer.
expanded = service.things().query().filter(f"id eq '{thing_id}'").expand("Locations,Datastreams($expand=ObservedProperty,Sensor,Observations($top=2))").list().get(0)
for inner in expanded.datastreams:
    assert inner.observed_property.name == inner.name and inner.sensor.encoding_type == "text/html"
    assert 1 <= len(inner.observations.entities) <= 2

# Many observations, page by page.
observations = stream.get_observations().query().filter("result lt 250").orderby("phenomenonTime", "asc").top(100).list()
results = [observation.result for observation in observations]
assert len(results) == 252 and results[2:] == sorted(results[2:]), len(results)

# Handing in one, and several as rows.
now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
one = fsc.Observation(phenomenon_time=now.isoformat(), result=77.25, datastream=stream)
service.create(one)
assert service.observations().find(one.id).result == 77.25
Property = fsc.model.ext.data_array_value.DataArrayValue.Property
values = fsc.model.ext.data_array_value.DataArrayValue()
values.datastream = stream
values.components = {Property.PHENOMENON_TIME, Property.RESULT}
for second in (1, 2):
    values.add_observation(fsc.Observation(phenomenon_time=(now - datetime.timedelta(seconds=second)).isoformat(), result=second))
document = fsc.model.ext.data_array_document.DataArrayDocument()
document.add_data_array_value(values)
links = [observation.self_link for observation in service.observations().create(document)]
assert len(links) == 2 and all(link.startswith(root) for link in links), links

# What is not offered is refused in words that the library finds.
for refused in (lambda: service.create(fsc.Thing(name="x", description="x")), lambda: service.delete(thing)):
    try:
        refused()
        raise AssertionError("the ledger was changed")
    except requests.exceptions.HTTPError as error:
        assert error.response.status_code == 403 and error.response.json()["message"], error

print("all that was asked holds")
