using System.Text;
using System.Text.Json;

namespace EdgeGateway.Devices.Mqtt.Formats;

/// <summary>
/// Shelly Gen1: a bare number. Gen2 and later: a notification with all or the changed components, the status of one
/// component, or the answer to <c>Shelly.GetStatus</c>.
/// </summary>
internal sealed class ShellyFormat(MqttSettings settings) : PayloadFormat
{
    /// <summary>What a Gen1 add-on says for a probe that is not plugged in.</summary>
    private const double Gen1Unplugged = 999;

    private const int LongestNumber = 40;

    private readonly byte[]? wantedProbe = settings.Probe is null ? null : Encoding.UTF8.GetBytes(settings.Probe);

    public override void Read(string device, string topic, ReadOnlySpan<byte> payload, PayloadReadings readings)
    {
        if (payload.Length <= LongestNumber && Numbers.TryParse(payload, out var number))
        {
            if (number == Gen1Unplugged)
            {
                readings.AddFault(device, null, "probe not plugged in");
            }
            else
            {
                readings.AddTemperature(device, null, number);
            }

            return;
        }

        ReadJson(payload, readings, (this, device), static (ref Utf8JsonReader reader, (ShellyFormat Format, string Device) state, PayloadReadings into) =>
            state.Format.ReadMessage(ref reader, state.Device, into));
    }

    private void ReadMessage(ref Utf8JsonReader reader, string device, PayloadReadings readings)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            readings.Refuse("not a message of a Shelly: neither a number nor an object");
            return;
        }

        // The status of one component lies bare; all others are wrapped.
        var whole = reader;
        bool isWrapped = false, isComponent = false;
        while (reader.NextProperty())
        {
            if (reader.ValueTextEquals("params"u8) || reader.ValueTextEquals("result"u8))
            {
                reader.Read();
                isWrapped = reader.TokenType == JsonTokenType.StartObject;
                if (isWrapped)
                {
                    var components = reader;
                    ReadComponents(ref components, device, readings);
                }

                reader.Skip();
            }
            else
            {
                isComponent |= reader.ValueTextEquals("tC"u8);
                reader.Skip();
            }
        }

        if (isComponent)
        {
            Add(device, null, ReadTemperature(ref whole), null, null, readings);
        }
        else if (!isWrapped)
        {
            readings.Refuse("not a message of a Shelly: neither \"params\" nor \"tC\"");
        }
    }

    private void ReadComponents(ref Utf8JsonReader reader, string device, PayloadReadings readings)
    {
        var again = reader;
        DateTimeOffset? observedAt = null;
        var probes = 0;
        ReadOnlySpan<byte> number = [];
        Temperature temperature = default;
        while (reader.NextProperty())
        {
            if (reader.ValueTextEquals("ts"u8))
            {
                observedAt = reader.TakeTime();
            }
            else if (reader.ValueSpan.StartsWith("temperature:"u8) && (wantedProbe is null || reader.ValueTextEquals(wantedProbe)))
            {
                number = reader.ValueSpan["temperature:".Length..];
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartObject)
                {
                    probes++;
                    temperature = ReadTemperature(ref reader);
                }

                reader.Skip();
            }
            else
            {
                reader.Skip();
            }
        }

        if (probes > 1)
        {
            readings.Refuse($"a message of a Shelly with {probes} temperatures; make a device of each and name it in \"probe\"");
        }
        else if (probes == 1)
        {
            // A notification of what changed may be about something else, and is then no reading and no mistake.
            var (humidity, battery) = ReadCompanions(ref again, number);
            Add(device, observedAt, temperature, humidity, battery, readings);
        }
    }

    /// <summary>The humidity measured beside a temperature has its number.</summary>
    private static (double? Humidity, double? Battery) ReadCompanions(ref Utf8JsonReader reader, ReadOnlySpan<byte> number)
    {
        double? humidity = null, battery = null;
        while (reader.NextProperty())
        {
            var name = reader.ValueSpan;
            var isHumidity = name.StartsWith("humidity:"u8) && name["humidity:".Length..].SequenceEqual(number);
            var isPower = name.SequenceEqual("devicepower:0"u8);
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject && (isHumidity || isPower))
            {
                if (isHumidity)
                {
                    ReadMember(ref reader, "rh"u8, ref humidity);
                }
                else
                {
                    ReadBattery(ref reader, ref battery);
                }
            }
            else
            {
                reader.Skip();
            }
        }

        return (humidity, battery);
    }

    private static void ReadBattery(ref Utf8JsonReader reader, ref double? percent)
    {
        while (reader.NextProperty())
        {
            var isBattery = reader.ValueTextEquals("battery"u8);
            reader.Read();
            if (isBattery && reader.TokenType == JsonTokenType.StartObject)
            {
                ReadMember(ref reader, "percent"u8, ref percent);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static void ReadMember(ref Utf8JsonReader reader, ReadOnlySpan<byte> name, ref double? value)
    {
        while (reader.NextProperty())
        {
            if (!reader.TakeNumber(name, ref value))
            {
                reader.Skip();
            }
        }
    }

    private static Temperature ReadTemperature(ref Utf8JsonReader reader)
    {
        double? celsius = null;
        string? error = null;
        while (reader.NextProperty())
        {
            if (reader.ValueTextEquals("errors"u8))
            {
                reader.Read();
                var list = reader;
                var hasErrors = list.TokenType == JsonTokenType.StartArray && list.Read() && list.TokenType != JsonTokenType.EndArray;
                error = hasErrors ? "sensor error" : null;
                reader.Skip();
            }
            else if (!reader.TakeNumber("tC"u8, ref celsius))
            {
                reader.Skip();
            }
        }

        return new Temperature(celsius, error);
    }

    private static void Add(
        string device, DateTimeOffset? observedAt, in Temperature temperature, double? humidity, double? battery, PayloadReadings readings)
    {
        if (temperature is { Celsius: { } celsius, Error: null })
        {
            readings.AddTemperature(device, observedAt, celsius, humidity, battery);
        }
        else
        {
            readings.AddFault(device, observedAt, temperature.Error ?? "no value", humidity, battery);
        }
    }

    private readonly record struct Temperature(double? Celsius, string? Error);
}
