using System.Text.Json.Nodes;

namespace EdgeGateway.Benchmarks;

/// <summary>One line of output. <c>ratio</c> is ours to the baseline's, in the unit that both have.</summary>
/// <param name="Bench">Name, with a dot before a part.</param>
/// <param name="Ours">What our code reached.</param>
/// <param name="Baseline">What the yardstick reached in the same run.</param>
/// <param name="Unit">Unit of both.</param>
internal sealed record Result(string Bench, double Ours, double Baseline, string Unit)
{
    /// <summary>What else was measured.</summary>
    public JsonObject Details { get; init; } = [];

    public string ToJson()
    {
        var line = new JsonObject
        {
            ["bench"] = Bench,
            ["ratio"] = Math.Round(Ours / Baseline, 3),
            ["ours"] = Math.Round(Ours, 3),
            ["baseline"] = Math.Round(Baseline, 3),
            ["unit"] = Unit,
        };
        foreach (var (name, value) in Details)
        {
            line[name] = value?.DeepClone();
        }

        return line.ToJsonString();
    }
}
