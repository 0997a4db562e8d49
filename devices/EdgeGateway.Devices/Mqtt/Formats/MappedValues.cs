using EdgeGateway.Contracts;

namespace EdgeGateway.Devices.Mqtt.Formats;

/// <summary>The values a map found in one payload; used again for each.</summary>
internal sealed class MappedValues(MqttSettings settings)
{
    private const int NumberFields = (int)MappedField.Reads + 1;
    private const int LongestHex = 200;

    private readonly EventFamily family = settings.Family;
    private readonly bool fahrenheit = ValueMap.IsFahrenheit(settings.Map);
    private readonly double?[] numbers = new double?[NumberFields];
    private readonly byte[] hexDigits = new byte[LongestHex];
    private int hexLength;
    private bool noCelsius;

    public DateTimeOffset? ObservedAt { get; set; }

    public string? Fault { get; set; }

    public bool? Active { get; set; }

    public double? this[MappedField field]
    {
        get => numbers[(int)field];
        set => numbers[(int)field] = value;
    }

    /// <summary>True when what the device is about was found, so that it makes a reading.</summary>
    public bool IsWhole => family switch
    {
        EventFamily.Position => this[MappedField.Latitude] is not null && this[MappedField.Longitude] is not null,
        EventFamily.Tags => hexLength > 0,
        EventFamily.Inputs => Active is not null,
        _ => this[MappedField.Celsius] is not null || Fault is not null || noCelsius,
    };

    /// <summary>True when the field was found already.</summary>
    public bool Has(MappedField field) => field switch
    {
        MappedField.Hex => hexLength > 0,
        MappedField.Active => Active is not null,
        MappedField.Fault => Fault is not null,
        MappedField.ObservedAt => false,
        _ => this[field] is not null,
    };

    public static bool IsNumber(MappedField field) => field <= MappedField.Reads;

    public void SetHex(ReadOnlySpan<byte> hex)
    {
        // One too long is refused by its length alone.
        hexLength = Math.Min(hex.Length, LongestHex);
        hex[..hexLength].CopyTo(hexDigits);
    }

    /// <summary>The device says in so many words that it has no temperature.</summary>
    public void SetNoCelsius() => noCelsius = true;

    public void Clear()
    {
        Array.Clear(numbers);
        hexLength = 0;
        noCelsius = false;
        ObservedAt = null;
        Fault = null;
        Active = null;
    }

    public void AddTo(PayloadReadings readings, string device)
    {
        switch (family)
        {
            case EventFamily.Temperature:
                AddTemperature(readings, device);
                break;
            case EventFamily.Position when this[MappedField.Latitude] is { } latitude && this[MappedField.Longitude] is { } longitude:
                readings.AddPosition(
                    device, ObservedAt, latitude, longitude,
                    this[MappedField.AccuracyMetres], this[MappedField.SpeedMetresPerSecond], this[MappedField.CourseDegrees]);
                break;
            case EventFamily.Tags when hexLength > 0:
                readings.AddTag(
                    device, ObservedAt, hexDigits.AsSpan(0, hexLength),
                    this[MappedField.RssiDbm], this[MappedField.Antenna], this[MappedField.Reads]);
                break;
            case EventFamily.Inputs when Active is { } active:
                readings.Add(new InputReading(device, ObservedAt, active != settings.ActiveLow));
                break;
            default:
                RefuseMissing(readings);
                break;
        }
    }

    private void AddTemperature(PayloadReadings readings, string device)
    {
        var humidity = this[MappedField.Humidity];
        var battery = this[MappedField.Battery];
        if (Fault is not null || noCelsius)
        {
            readings.AddFault(device, ObservedAt, Fault ?? "no value", humidity, battery);
        }
        else if (this[MappedField.Celsius] is { } value)
        {
            readings.AddTemperature(device, ObservedAt, fahrenheit ? Samples.FromFahrenheit(value) : value, humidity, battery);
        }
        else
        {
            RefuseMissing(readings);
        }
    }

    private void RefuseMissing(PayloadReadings readings)
    {
        var needed = family switch
        {
            EventFamily.Position => "latitude and longitude",
            EventFamily.Tags => "a tag",
            EventFamily.Inputs => "the state of the input",
            _ => "a temperature",
        };
        readings.Refuse($"{needed} not found where the map says: {string.Join(", ", settings.Map!.Values.Take(5))}");
    }
}
