using EdgeGateway.Cloud.Tests.Views;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Tests.Processes;

/// <summary>Records of every kind.</summary>
internal static class Load
{
    /// <summary>Warm spells, tags, heartbeats and movements, each topic in the order of its numbers; every part goes on in event time.</summary>
    public static List<object> Of(Records records, int count, int part) => Enumerable.Range(0, count).Select(object (i) =>
    {
        var minute = (part * 10_000) + i;
        return (i % 10) switch
        {
            5 when i % 100 == 95 => records.Status(minute),
            0 => records.Tag(minute, i % 200, i % 3 == 0 ? "shipping" : "receiving"),
            1 or 2 or 3 => records.Movement(minute, i % 4 == 0 ? MovementKind.Shipped : MovementKind.Received, 1 + (i % 7), $"{records.Gateway}-{part}-{i}", sku: $"sku-{i % 25}"),
            _ => records.Temperature(minute, i / 100 % 4 == 1 ? 9.5 : 4, $"probe-{i % 6}"),
        };
    }).ToList();
}
