using EdgeGateway.Contracts;

namespace EdgeGateway.Buffer;

/// <summary>A time by the wall clock, how that clock was set, and how far it is ahead of the boot clock.</summary>
internal readonly record struct Moment(DateTimeOffset Wall, ClockQuality Clock, long OffsetMs);
