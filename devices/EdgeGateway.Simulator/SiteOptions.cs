using System.CommandLine;
using EdgeGateway.Simulator.Scenario;

namespace EdgeGateway.Simulator;

/// <summary>The options that name site, store and truck.</summary>
internal static class SiteOptions
{
    public static List<Option<string>> Create() =>
    [
        new("--site") { Description = "Site of the store.", DefaultValueFactory = _ => "dallas" },
        new("--store") { Description = "Gateway of the store.", DefaultValueFactory = _ => "store-dallas-1" },
        new("--truck") { Description = "Gateway of the truck.", DefaultValueFactory = _ => "truck-7" },
    ];

    public static Site Read(ParseResult parsed, List<Option<string>> options) =>
        new(parsed.GetRequiredValue(options[0]), parsed.GetRequiredValue(options[1]), parsed.GetRequiredValue(options[2]));
}
