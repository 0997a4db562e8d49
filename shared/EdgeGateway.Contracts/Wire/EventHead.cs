namespace EdgeGateway.Contracts;

/// <summary>What every numbered event has on the wire before the fields of its family.</summary>
public readonly record struct EventHead(
    string Gateway, string Store, long Seq, string Site, string? Asset, string Device, DateTimeOffset ObservedAt, ClockQuality Clock);
