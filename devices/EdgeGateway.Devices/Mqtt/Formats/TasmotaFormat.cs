using System.Text;
using System.Text.Json;

namespace EdgeGateway.Devices.Mqtt.Formats;

/// <summary>
/// Tasmota's <c>tele/…/SENSOR</c>: an object for each sensor, a unit for all of them, and a local time without zone.
/// </summary>
internal sealed class TasmotaFormat(MqttSettings settings, TimeProvider time) : PayloadFormat
{
    private readonly byte[]? wantedProbe = settings.Probe is null ? null : Encoding.UTF8.GetBytes(settings.Probe);
    private readonly TimeZoneInfo zone = settings.TimeZone is null ? time.LocalTimeZone : TimeZoneInfo.FindSystemTimeZoneById(settings.TimeZone);

    public override void Read(string device, string topic, ReadOnlySpan<byte> payload, PayloadReadings readings) =>
        ReadJson(payload, readings, (this, device), static (ref Utf8JsonReader reader, (TasmotaFormat Format, string Device) state, PayloadReadings into) =>
            state.Format.ReadSensors(ref reader, state.Device, into));

    private void ReadSensors(ref Utf8JsonReader reader, string device, PayloadReadings readings)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            readings.Refuse("not a message of Tasmota: no object");
            return;
        }

        var probes = 0;
        Probe probe = default;
        DateTimeOffset? observedAt = null;
        var fahrenheit = false;
        while (reader.NextProperty())
        {
            if (reader.ValueTextEquals("Time"u8))
            {
                reader.Read();
                observedAt = TimeOf(ref reader);
                reader.Skip();
            }
            else if (reader.ValueTextEquals("TempUnit"u8))
            {
                reader.Read();
                fahrenheit = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("F"u8);
                reader.Skip();
            }
            else
            {
                var named = wantedProbe is not null && reader.ValueTextEquals(wantedProbe);
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartObject && ReadProbe(ref reader) is { HasTemperature: true } found
                    && (wantedProbe is null || named || found.HasWantedId))
                {
                    probes++;
                    probe = found;
                }
                else
                {
                    reader.Skip();
                }
            }
        }

        Add(device, probes, probe, observedAt, fahrenheit, readings);
    }

    private void Add(string device, int probes, in Probe probe, DateTimeOffset? observedAt, bool fahrenheit, PayloadReadings readings)
    {
        if (probes == 0)
        {
            readings.Refuse(settings.Probe is null ? "a message of Tasmota without a temperature" : $"a message of Tasmota without the probe {settings.Probe}");
        }
        else if (probes > 1)
        {
            readings.Refuse($"a message of Tasmota with {probes} probes; make a device of each and name it in \"probe\"");
        }
        else if (probe.Temperature is { } value)
        {
            readings.AddTemperature(device, observedAt, fahrenheit ? Samples.FromFahrenheit(value) : value, probe.Humidity);
        }
        else
        {
            readings.AddFault(device, observedAt, "no value", probe.Humidity);
        }
    }

    private Probe ReadProbe(ref Utf8JsonReader reader)
    {
        bool hasTemperature = false, hasWantedId = false;
        double? temperature = null, humidity = null;
        while (reader.NextProperty())
        {
            if (reader.TakeNumber("Temperature"u8, ref temperature))
            {
                hasTemperature = true;
            }
            else if (reader.ValueTextEquals("Id"u8))
            {
                reader.Read();
                hasWantedId = wantedProbe is not null && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(wantedProbe);
                reader.Skip();
            }
            else if (!reader.TakeNumber("Humidity"u8, ref humidity))
            {
                reader.Skip();
            }
        }

        return new Probe(hasTemperature, hasWantedId, temperature, humidity);
    }

    private DateTimeOffset? TimeOf(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String || !Times.TryParse(reader.ValueSpan, out var written, out var hasZone) || Times.IfSet(written) is null)
        {
            return null;
        }

        return hasZone ? written : FromLocal(written.UtcDateTime);
    }

    private DateTimeOffset FromLocal(DateTime written)
    {
        var local = DateTime.SpecifyKind(written, DateTimeKind.Unspecified);
        return zone.IsAmbiguousTime(local) ? NearestToNow(local) : new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }

    /// <summary>Of an hour that comes twice when clocks go back. Apart from <see cref="FromLocal"/>, which would make this closure for each message.</summary>
    private DateTimeOffset NearestToNow(DateTime local)
    {
        var now = time.GetUtcNow();
        return zone.GetAmbiguousTimeOffsets(local)
            .Select(offset => new DateTimeOffset(local, offset).ToUniversalTime())
            .MinBy(candidate => (candidate - now).Duration());
    }

    private readonly record struct Probe(bool HasTemperature, bool HasWantedId, double? Temperature, double? Humidity);
}
