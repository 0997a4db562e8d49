using System.Text.Json.Serialization;

namespace EdgeGateway.Simulator.Journal;

/// <summary>One thing the simulator did; it is written only once the receiver has acknowledged it.</summary>
/// <param name="At">When it was observed: UTC, to the millisecond.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(SampleEntry), "sample")]
[JsonDerivedType(typeof(TagEntry), "tag")]
[JsonDerivedType(typeof(MovementEntry), "movement")]
[JsonDerivedType(typeof(MarkerEntry), "marker")]
public abstract record JournalEntry(DateTimeOffset At);

/// <summary>A probe's sample.</summary>
/// <param name="Gateway">Gateway that hears the probe.</param>
/// <param name="Device">Its id in that gateway's configuration.</param>
/// <param name="Celsius">Unique within the device, so that a record can be matched to it.</param>
/// <param name="Source">How it reaches the gateway.</param>
/// <param name="At">When it was observed.</param>
public sealed record SampleEntry(string Gateway, string Device, double Celsius, SampleSource Source, DateTimeOffset At) : JournalEntry(At);

/// <summary>How a sample reaches its gateway.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SampleSource>))]
public enum SampleSource
{
    /// <summary>JSON over MQTT with the time of observation in it.</summary>
    Dated,

    /// <summary>A bare number over MQTT: the time of arrival counts.</summary>
    Undated,

    /// <summary>A kernel file that the gateway polls: not every value is seen.</summary>
    Polled,
}

/// <summary>A portal read a tag.</summary>
/// <param name="Gateway">Gateway that hears the portal.</param>
/// <param name="Device">The portal's id in that gateway's configuration.</param>
/// <param name="Site">Where it stands.</param>
/// <param name="Passage"><c>receiving</c> or <c>shipping</c>.</param>
/// <param name="Hex">Bits of the tag.</param>
/// <param name="Sku">GTIN-14 that the tag was made from; null for a tag that names no trade item.</param>
/// <param name="At">When it was read.</param>
public sealed record TagEntry(string Gateway, string Device, string Site, string Passage, string Hex, string? Sku, DateTimeOffset At) : JournalEntry(At);

/// <summary>A business fact from another system; the same id twice is the same fact.</summary>
public sealed record MovementEntry(string Id, string Site, string Sku, string Kind, long Quantity, DateTimeOffset At) : JournalEntry(At);

/// <summary>Something that whoever runs the scenario has to do, for example <c>outage-begin</c>.</summary>
public sealed record MarkerEntry(string Name, DateTimeOffset At) : JournalEntry(At);
