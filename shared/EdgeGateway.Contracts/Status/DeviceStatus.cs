using System.Text.Json;

namespace EdgeGateway.Contracts;

/// <summary>One device of a gateway as it is now.</summary>
public sealed record DeviceStatus
{
    public required string Id { get; init; }

    public required string Driver { get; init; }

    /// <summary><c>temperature</c>, <c>position</c>, <c>tags</c> or <c>input</c>.</summary>
    public required string Kind { get; init; }

    /// <summary><c>ok</c>, <c>silent</c>, <c>faulty</c>, <c>unplugged</c> or <c>unknown</c>.</summary>
    public required string Health { get; init; }

    /// <summary>Why it is not ok, in words for a person.</summary>
    public string? Detail { get; init; }

    /// <summary>Last good value: <c>{"celsius":4.5}</c>, <c>{"latitude":…,"longitude":…}</c>, <c>{"epc":…}</c> or <c>{"active":true}</c>.</summary>
    public JsonElement? LastValue { get; init; }

    public DateTimeOffset? LastAt { get; init; }

    /// <summary>Age of that value by the monotonic clock, seconds.</summary>
    public double? AgeSeconds { get; init; }

    /// <summary>Name of the profile whose rules judge it.</summary>
    public string? Profile { get; init; }

    /// <summary>Payloads refused since the agent started.</summary>
    public long Refused { get; init; }
}
