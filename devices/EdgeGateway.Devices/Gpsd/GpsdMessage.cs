using System.Text.Json;

namespace EdgeGateway.Devices.Gpsd;

/// <summary>One object of gpsd's JSON protocol, as far as it matters here. Only the class is certain to be set.</summary>
internal readonly record struct GpsdMessage
{
    /// <summary>Such as TPV, SKY, DEVICE, DEVICES, VERSION, ERROR.</summary>
    public string Class { get; private init; }

    /// <summary>Receiver that a TPV or DEVICE is about.</summary>
    public string? Receiver { get; private init; }

    /// <summary>0 unknown, 1 no fix, 2 2D, 3 3D.</summary>
    public int Mode { get; private init; }

    public DateTimeOffset? Time { get; private init; }

    public double? Latitude { get; private init; }

    public double? Longitude { get; private init; }

    /// <summary>Estimated horizontal error, metres.</summary>
    public double? AccuracyMetres { get; private init; }

    public double? SpeedMetresPerSecond { get; private init; }

    public double? CourseDegrees { get; private init; }

    /// <summary>For DEVICE: gpsd has closed the receiver.</summary>
    public bool Deactivated { get; private init; }

    /// <summary>For DEVICES: how many receivers gpsd has.</summary>
    public int Receivers { get; private init; }

    /// <summary>For ERROR: what gpsd says.</summary>
    public string? Text { get; private init; }

    /// <summary>Reads one line.</summary>
    /// <exception cref="FormatException">It is not such an object, or a value is out of range; the message says which.</exception>
    public static GpsdMessage Parse(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        try
        {
            return Parse(ref reader);
        }
        catch (JsonException e)
        {
            throw new FormatException("not JSON: " + e.Message, e);
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException("a value has the wrong type: " + e.Message, e);
        }
    }

    private static GpsdMessage Parse(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new FormatException("not a JSON object");
        }

        var message = default(GpsdMessage);
        double? errorEast = null, errorNorth = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("class"u8))
            {
                message = message with { Class = Text256(ref reader) };
            }
            else if (reader.ValueTextEquals("device"u8) || reader.ValueTextEquals("path"u8))
            {
                message = message with { Receiver = Text256(ref reader) };
            }
            else if (reader.ValueTextEquals("message"u8))
            {
                message = message with { Text = Text256(ref reader) };
            }
            else if (reader.ValueTextEquals("mode"u8))
            {
                message = message with { Mode = (int)Number(ref reader, "mode", 0, 3) };
            }
            else if (reader.ValueTextEquals("time"u8))
            {
                message = message with { Time = Moment(ref reader) };
            }
            else if (reader.ValueTextEquals("lat"u8))
            {
                message = message with { Latitude = Number(ref reader, "lat", -90, 90) };
            }
            else if (reader.ValueTextEquals("lon"u8))
            {
                message = message with { Longitude = Number(ref reader, "lon", -180, 180) };
            }
            else if (reader.ValueTextEquals("eph"u8))
            {
                message = message with { AccuracyMetres = Number(ref reader, "eph", 0, 1e7) };
            }
            else if (reader.ValueTextEquals("epx"u8))
            {
                errorEast = Number(ref reader, "epx", 0, 1e7);
            }
            else if (reader.ValueTextEquals("epy"u8))
            {
                errorNorth = Number(ref reader, "epy", 0, 1e7);
            }
            else if (reader.ValueTextEquals("speed"u8))
            {
                message = message with { SpeedMetresPerSecond = Number(ref reader, "speed", 0, 1e5) };
            }
            else if (reader.ValueTextEquals("track"u8))
            {
                message = message with { CourseDegrees = Number(ref reader, "track", 0, 360) };
            }
            else if (reader.ValueTextEquals("activated"u8))
            {
                // A time while it is open, the number 0 when it was closed.
                message = message with { Deactivated = reader.Read() && reader.TokenType == JsonTokenType.Number && reader.GetDouble() == 0 };
            }
            else if (reader.ValueTextEquals("devices"u8))
            {
                message = message with { Receivers = CountElements(ref reader) };
            }
            else
            {
                reader.Skip();
            }
        }

        if (message.Class is null)
        {
            throw new FormatException("class is missing");
        }

        return message.AccuracyMetres is null && errorEast is { } east && errorNorth is { } north
            ? message with { AccuracyMetres = Math.Max(east, north) }
            : message;
    }

    private static double Number(ref Utf8JsonReader reader, string name, double lowest, double highest)
    {
        reader.Read();
        var value = reader.GetDouble();
        return value >= lowest && value <= highest
            ? value
            : throw new FormatException($"{name} is {value}, not between {lowest} and {highest}");
    }

    private static DateTimeOffset Moment(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TryGetDateTimeOffset(out var time)
            ? time.ToUniversalTime()
            : throw new FormatException("time is not ISO 8601");
    }

    private static string Text256(ref Utf8JsonReader reader)
    {
        reader.Read();
        var text = reader.GetString() ?? throw new FormatException("null where a text is due");
        return text.Length <= 256 ? text : text[..256];
    }

    private static int CountElements(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new FormatException("devices is not an array");
        }

        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            reader.Skip();
            count++;
        }

        return count;
    }
}
