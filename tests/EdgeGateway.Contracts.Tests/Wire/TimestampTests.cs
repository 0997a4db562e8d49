using System.Text;

namespace EdgeGateway.Contracts.Tests.Wire;

public sealed class TimestampTests
{
    [Fact]
    public void A_time_is_written_in_UTC_with_milliseconds() =>
        Assert.Equal("2026-01-02T01:04:05.678Z", Timestamp.Format(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.FromHours(2)).AddTicks(9_999)));

    [Theory]
    [InlineData("2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z")]
    [InlineData("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z")]
    [InlineData("2026-01-02T03:04:05.678912345+02:00", "2026-01-02T01:04:05.678Z")]
    [InlineData("2024-02-29T23:59:59.999Z", "2024-02-29T23:59:59.999Z")]
    public void Any_ISO_8601_time_with_a_zone_is_read(string text, string expected)
    {
        Assert.True(Timestamp.TryParse(text, out var time));
        Assert.True(Timestamp.TryParse(Encoding.UTF8.GetBytes(text), out var fromBytes));

        Assert.Equal(expected, Timestamp.Format(time));
        Assert.Equal(time, fromBytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-01-02")]
    [InlineData("2026-01-02T03:04:05")]
    [InlineData("2026-01-02T03:04:05.678")]
    [InlineData("2026-02-29T03:04:05.678Z")]
    [InlineData("2026-01-02T24:04:05.678Z")]
    [InlineData("2026-01-02 03:04:05.678Z")]
    [InlineData("2026-01-02T03:04:05.6é8Z")]
    [InlineData("0000-01-02T03:04:05.678Z")]
    [InlineData("2026-01-02T03:04:05.678Z2026-01-02T03:04:05.678Z")]
    public void Anything_else_is_not(string text)
    {
        Assert.False(Timestamp.TryParse(text, out _));
        Assert.False(Timestamp.TryParse(Encoding.UTF8.GetBytes(text), out _));
    }

    [Fact]
    public void The_names_of_the_CloudEvents_headers_and_ids_hold_together()
    {
        Assert.Equal("g/s/7", CloudEvent.EventId("g", "s", 7));
        Assert.Equal("g/s/status/7", CloudEvent.StatusId("g", "s", 7));
        Assert.Equal("/gateways/g/devices/d", CloudEvent.DeviceSource("g", "d"));
        Assert.True(CloudEvent.TryParseEventId("g/s/7", out var gateway, out var store, out var seq));
        Assert.Equal(("g", "s", 7L), (gateway, store, seq));
        Assert.False(CloudEvent.TryParseEventId("g/s/status/7", out _, out _, out _));
        Assert.False(CloudEvent.TryParseEventId("g/s/0", out _, out _, out _));
        Assert.False(CloudEvent.TryParseEventId("g//1", out _, out _, out _));
    }
}
