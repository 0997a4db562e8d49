using System.Buffers;
using System.Text.Json;

namespace EdgeGateway.Contracts;

/// <summary>The value of a record of <see cref="Topics.Alerts"/>.</summary>
public sealed record Alert
{
    /// <summary>Also the record's key; see <see cref="IdOf"/>.</summary>
    public required string Id { get; init; }

    /// <summary><c>excursion</c>, <c>silent</c>, <c>fault</c>, <c>low-stock</c>, <c>gateway-lost</c> or <c>data-lost</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>One of <see cref="Severities"/>.</summary>
    public required string Severity { get; init; }

    /// <summary><c>open</c>, <c>acknowledged</c> or <c>resolved</c>.</summary>
    public required string State { get; init; }

    public string? Gateway { get; init; }

    public string? Device { get; init; }

    public string? Site { get; init; }

    public string? Asset { get; init; }

    public string? Sku { get; init; }

    /// <summary>The rule in words, for example <c>above 8 for 30m</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>Event time.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>Processing time: when the cloud found it out.</summary>
    public required DateTimeOffset DetectedAt { get; init; }

    /// <summary>Event time; null unless resolved.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>True when the data that opened or resolved it came late.</summary>
    public bool Late { get; init; }

    public double? PeakCelsius { get; init; }

    public double? MktCelsius { get; init; }

    public string? AcknowledgedBy { get; init; }

    public string? Note { get; init; }

    /// <summary>Id of a device's alert: the same for the same breach however often and whenever it is found out.</summary>
    public static string IdOf(string gateway, string device, string kind, string rule, DateTimeOffset openedAt) =>
        $"{gateway}/{device}/{kind}/{Slug(rule)}/{openedAt.ToUnixTimeMilliseconds()}";

    public void Write(IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output);
        WriteFields(json);
    }

    /// <summary>Writes the alert as a JSON object.</summary>
    public void WriteFields(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, Id);
        json.WriteString("kind"u8, Kind);
        json.WriteString("severity"u8, Severity);
        json.WriteString("state"u8, State);
        json.WriteStringIfSet("gateway"u8, Gateway);
        json.WriteStringIfSet("device"u8, Device);
        json.WriteStringIfSet("site"u8, Site);
        json.WriteStringIfSet("asset"u8, Asset);
        json.WriteStringIfSet("sku"u8, Sku);
        json.WriteString("rule"u8, Rule);
        Timestamp.Write(json, "openedAt"u8, OpenedAt);
        Timestamp.Write(json, "detectedAt"u8, DetectedAt);
        json.WriteTimeIfSet("resolvedAt"u8, ResolvedAt);
        json.WriteBoolean("late"u8, Late);
        json.WriteNumberIfSet("peakCelsius"u8, PeakCelsius);
        json.WriteNumberIfSet("mktCelsius"u8, MktCelsius);
        json.WriteStringIfSet("acknowledgedBy"u8, AcknowledgedBy);
        json.WriteStringIfSet("note"u8, Note);
        json.WriteEndObject();
    }

    /// <exception cref="FormatException">The value is no alert; the message names the field.</exception>
    public static Alert Parse(ReadOnlySpan<byte> value) => RecordReader.Whole(value, Read);

    private static Alert Read(scoped ref RecordReader json)
    {
        string? id = null, kind = null, severity = null, state = null, rule = null;
        string? gateway = null, device = null, site = null, asset = null, sku = null, by = null, note = null;
        DateTimeOffset? opened = null, detected = null, resolved = null;
        double? peak = null, mkt = null;
        var late = false;
        while (json.Next())
        {
            switch (json.NameText)
            {
                case "id": id = json.Text(); break;
                case "kind": kind = json.OneOf("excursion", "silent", "fault", "low-stock", "gateway-lost", "data-lost"); break;
                case "severity": severity = json.OneOf(Severities.Critical, Severities.Warning); break;
                case "state": state = json.OneOf("open", "acknowledged", "resolved"); break;
                case "gateway": gateway = json.Text(); break;
                case "device": device = json.Text(); break;
                case "site": site = json.Text(); break;
                case "asset": asset = json.Text(); break;
                case "sku": sku = json.Text(); break;
                case "rule": rule = json.Text(); break;
                case "openedAt": opened = json.Time(); break;
                case "detectedAt": detected = json.Time(); break;
                case "resolvedAt": resolved = json.Time(); break;
                case "late": late = json.Boolean(); break;
                case "peakCelsius": peak = json.Number(TemperatureEvent.MinCelsius, TemperatureEvent.MaxCelsius); break;
                case "mktCelsius": mkt = json.Number(TemperatureEvent.MinCelsius, TemperatureEvent.MaxCelsius); break;
                case "acknowledgedBy": by = json.Text(); break;
                case "note": note = json.Text(); break;
                default: json.Skip(); break;
            }
        }

        return new Alert
        {
            Id = RecordReader.Required(id, "id"),
            Kind = RecordReader.Required(kind, "kind"),
            Severity = RecordReader.Required(severity, "severity"),
            State = RecordReader.Required(state, "state"),
            Gateway = gateway,
            Device = device,
            Site = site,
            Asset = asset,
            Sku = sku,
            Rule = RecordReader.Required(rule, "rule"),
            OpenedAt = RecordReader.Required(opened, "openedAt"),
            DetectedAt = RecordReader.Required(detected, "detectedAt"),
            ResolvedAt = resolved,
            Late = late,
            PeakCelsius = peak,
            MktCelsius = mkt,
            AcknowledgedBy = by,
            Note = note,
        };
    }

    private static string Slug(string rule)
    {
        var slug = rule.ToCharArray();
        for (var i = 0; i < slug.Length; i++)
        {
            slug[i] = char.IsAsciiLetterOrDigit(slug[i]) || slug[i] is '.' or '-' ? char.ToLowerInvariant(slug[i]) : '-';
        }

        return new string(slug);
    }
}
