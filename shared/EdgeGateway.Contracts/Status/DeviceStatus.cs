using System.Text.Json;

namespace EdgeGateway.Contracts;

/// <summary>One device of a gateway as it is now.</summary>
public sealed record DeviceStatus
{
    private const double MaxAgeSeconds = 1e12;

    public required string Id { get; init; }

    public required string Driver { get; init; }

    /// <summary><c>temperature</c>, <c>position</c>, <c>tags</c> or <c>input</c>.</summary>
    public required string Kind { get; init; }

    /// <summary><c>ok</c>, <c>silent</c>, <c>faulty</c>, <c>unplugged</c> or <c>unknown</c>.</summary>
    public required string Health { get; init; }

    /// <summary>Why it is not ok, in words for a person; cut to 512 characters.</summary>
    public string? Detail { get; init => field = JsonFields.Cut(value); }

    /// <summary>Last good value: <c>{"celsius":4.5}</c>, <c>{"latitude":…,"longitude":…}</c>, <c>{"epc":…}</c> or <c>{"active":true}</c>.</summary>
    public JsonElement? LastValue { get; init; }

    public DateTimeOffset? LastAt { get; init; }

    /// <summary>Age of that value by the monotonic clock, seconds.</summary>
    public double? AgeSeconds { get; init; }

    /// <summary>Name of the profile whose rules judge it.</summary>
    public string? Profile { get; init; }

    /// <summary>Payloads refused since the agent started.</summary>
    public long Refused { get; init; }

    internal static DeviceStatus Read(scoped ref RecordReader json)
    {
        string? id = null, driver = null, kind = null, health = null, detail = null, profile = null;
        JsonElement? lastValue = null;
        DateTimeOffset? lastAt = null;
        double? age = null;
        long refused = 0;
        while (json.Next())
        {
            switch (json.NameText)
            {
                case "id": id = json.Id(); break;
                case "driver": driver = json.Text(); break;
                case "kind": kind = json.OneOf("temperature", "position", "tags", "input"); break;
                case "health": health = json.OneOf("ok", "silent", "faulty", "unplugged", "unknown"); break;
                case "detail": detail = json.Text(); break;
                case "lastValue": lastValue = json.Element(); break;
                case "lastAt": lastAt = json.Time(); break;
                case "ageSeconds": age = json.Number(0, MaxAgeSeconds); break;
                case "profile": profile = json.Text(); break;
                case "refused": refused = json.Integer(0); break;
                default: json.Skip(); break;
            }
        }

        return new DeviceStatus
        {
            Id = RecordReader.Required(id, "id"),
            Driver = RecordReader.Required(driver, "driver"),
            Kind = RecordReader.Required(kind, "kind"),
            Health = RecordReader.Required(health, "health"),
            Detail = detail,
            LastValue = lastValue,
            LastAt = lastAt,
            AgeSeconds = age,
            Profile = profile,
            Refused = refused,
        };
    }
}
