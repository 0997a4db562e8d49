using EdgeGateway.Contracts;

namespace EdgeGateway.Devices.Mqtt.Formats;

/// <summary>The values a map found in one payload; used again for each.</summary>
internal sealed class MappedValues(MqttSettings settings)
{
    private const int NumberFields = (int)MappedField.Reads + 1;
    private const int LongestHex = 200;

    private readonly EventFamily _family = settings.Family;
    private readonly bool _fahrenheit = ValueMap.IsFahrenheit(settings.Map);
    private readonly double?[] _numbers = new double?[NumberFields];
    private readonly byte[] _hex = new byte[LongestHex];
    private int _hexLength;
    private bool _noCelsius;

    public DateTimeOffset? ObservedAt { get; set; }

    public string? Fault { get; set; }

    public bool? Active { get; set; }

    public double? this[MappedField field]
    {
        get => _numbers[(int)field];
        set => _numbers[(int)field] = value;
    }

    /// <summary>True when what the device is about was found, so that it makes a reading.</summary>
    public bool IsWhole => _family switch
    {
        EventFamily.Position => this[MappedField.Latitude] is not null && this[MappedField.Longitude] is not null,
        EventFamily.Tags => _hexLength > 0,
        EventFamily.Inputs => Active is not null,
        _ => this[MappedField.Celsius] is not null || Fault is not null || _noCelsius,
    };

    /// <summary>True when the field was found already.</summary>
    public bool Has(MappedField field) => field switch
    {
        MappedField.Hex => _hexLength > 0,
        MappedField.Active => Active is not null,
        MappedField.Fault => Fault is not null,
        MappedField.ObservedAt => false,
        _ => this[field] is not null,
    };

    public static bool IsNumber(MappedField field) => field <= MappedField.Reads;

    public void SetHex(ReadOnlySpan<byte> hex)
    {
        // One too long is refused by its length alone.
        _hexLength = Math.Min(hex.Length, LongestHex);
        hex[.._hexLength].CopyTo(_hex);
    }

    /// <summary>The device says in so many words that it has no temperature.</summary>
    public void SetNoCelsius() => _noCelsius = true;

    public void Clear()
    {
        Array.Clear(_numbers);
        _hexLength = 0;
        _noCelsius = false;
        ObservedAt = null;
        Fault = null;
        Active = null;
    }

    public void AddTo(PayloadReadings readings, string device)
    {
        switch (_family)
        {
            case EventFamily.Temperature:
                AddTemperature(readings, device);
                break;
            case EventFamily.Position when this[MappedField.Latitude] is { } latitude && this[MappedField.Longitude] is { } longitude:
                readings.AddPosition(
                    device, ObservedAt, latitude, longitude,
                    this[MappedField.AccuracyMetres], this[MappedField.SpeedMetresPerSecond], this[MappedField.CourseDegrees]);
                break;
            case EventFamily.Tags when _hexLength > 0:
                readings.AddTag(
                    device, ObservedAt, _hex.AsSpan(0, _hexLength),
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
        if (Fault is not null || _noCelsius)
        {
            readings.AddFault(device, ObservedAt, Fault ?? "no value", humidity, battery);
        }
        else if (this[MappedField.Celsius] is { } value)
        {
            readings.AddTemperature(device, ObservedAt, _fahrenheit ? Samples.FromFahrenheit(value) : value, humidity, battery);
        }
        else
        {
            RefuseMissing(readings);
        }
    }

    private void RefuseMissing(PayloadReadings readings)
    {
        var needed = _family switch
        {
            EventFamily.Position => "latitude and longitude",
            EventFamily.Tags => "a tag",
            EventFamily.Inputs => "the state of the input",
            _ => "a temperature",
        };
        readings.Refuse($"{needed} not found where the map says: {string.Join(", ", settings.Map!.Values.Take(5))}");
    }
}
