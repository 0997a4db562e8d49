using System.Text;
using System.Text.Json.Nodes;

namespace EdgeGateway.Contracts.Tests.Wire;

/// <summary>What other systems get wrong is refused with a reason that names the field.</summary>
public sealed class RefusalTests
{
    private const string Movement =
        """{"id":"m-1","site":"dallas","sku":"80614141123458","kind":"received","quantity":12,"occurredAt":"2026-01-02T03:04:05.678Z"}""";

    [Theory]
    [InlineData("id", null, "id is missing")]
    [InlineData("id", "\"\"", "id has 0 characters, not 1 to 512")]
    [InlineData("sku", "\"a/b\"", "sku holds a slash or a control character")]
    [InlineData("kind", "\"stolen\"", "kind is 'stolen', not one of received, shipped, returned, damaged, transferred, counted, reserved, released")]
    [InlineData("kind", "\"transferred\"", "toSite is missing, where a transfer goes")]
    [InlineData("quantity", "0", "quantity is 0, which only a count may find")]
    [InlineData("quantity", "-1", "quantity is -1, not within 0 to 1000000000")]
    [InlineData("quantity", "1.5", "quantity is not a whole number")]
    [InlineData("quantity", "1000000001", "quantity is 1000000001, not within 0 to 1000000000")]
    [InlineData("quantity", "99999999999999999999", "quantity is not a whole number")]
    [InlineData("occurredAt", "\"2026-01-02\"", "occurredAt is not an ISO 8601 time with a zone")]
    [InlineData("expiresAt", "5", "expiresAt is not an ISO 8601 time with a zone")]
    public void A_movement(string field, string? json, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => InventoryMovement.Parse(With(Movement, field, json))).Message);

    [Fact]
    public void A_transfer_to_the_site_it_leaves()
    {
        var value = With(Encoding.UTF8.GetString(With(Movement, "kind", "\"transferred\"")), "toSite", "\"dallas\"");

        Assert.Equal("toSite is the site the transfer leaves", Assert.Throws<FormatException>(() => InventoryMovement.Parse(value)).Message);
    }

    [Theory]
    [InlineData("statusNumber", "0", "statusNumber is 0, not within 1 to 9223372036854775807")]
    [InlineData("devices", "{}", "devices is not an array")]
    [InlineData("devices", "[5]", "devices[0] is not an object")]
    [InlineData("devices", "[{\"id\":\"a\",\"driver\":\"w1\",\"kind\":\"input\",\"health\":\"ok\"},{\"id\":\"b\"}]", "devices[1]: driver is missing")]
    [InlineData("alarms", "[{\"device\":\"a\",\"kind\":\"fire\"}]", "alarms[0]: kind is 'fire', not one of excursion, silent, fault")]
    public void A_status(string field, string json, string message) =>
        Assert.Equal(
            message,
            Assert.Throws<FormatException>(() => GatewayStatus.Parse(With(Encoding.UTF8.GetString(Samples.Status.ToJson()), field, json))).Message);

    [Fact]
    public void A_status_too_long() =>
        Assert.Contains(
            "more than 1048576",
            Assert.Throws<FormatException>(() => GatewayStatus.Parse(new byte[GatewayStatus.MaxBytes + 1])).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_status_is_read_back_as_it_was_written()
    {
        var read = GatewayStatus.Parse(Samples.Status.ToJson());

        Assert.Equal(Samples.Status.ToJson(), read.ToJson());
        Assert.Equal(4.5, read.Devices[0].LastValue!.Value.GetProperty("celsius").GetDouble());
        Assert.Equal(Samples.Status.Alarms, read.Alarms);
    }

    [Fact]
    public void Movements_levels_and_alerts_are_read_back_as_they_were_written()
    {
        var records = Samples.All().ToLookup(sample => sample.Topic, sample => Samples.Parse(sample.Topic, sample.Value));

        Assert.Equal(Samples.Movements, records[Topics.Movements]);
        Assert.Equal(Samples.Alerts, records[Topics.Alerts]);
        Assert.Equal([Samples.Level], records[Topics.Levels]);
        Assert.Equal(-5, Samples.Level.Available);
    }

    private static byte[] With(string record, string field, string? json)
    {
        var changed = JsonNode.Parse(record)!.AsObject();
        changed.Remove(field);
        if (json is not null)
        {
            changed[field] = JsonNode.Parse(json);
        }

        return Encoding.UTF8.GetBytes(changed.ToJsonString());
    }
}
