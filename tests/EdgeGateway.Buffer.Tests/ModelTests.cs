using System.Globalization;
using EdgeGateway.Testing;

namespace EdgeGateway.Buffer.Tests;

public sealed class ModelTests
{
    private const int StepsOfARun = 60;

    /// <summary>Seeds that failed once are kept in a file and tried before new ones.</summary>
    [Fact]
    [Trait("Speed", "Slow")]
    public async Task The_buffer_does_what_a_naive_twin_does()
    {
        var kept = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "model-seeds.txt"))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => int.Parse(line, CultureInfo.InvariantCulture));
        var fresh = Enumerable.Range(0, TestScale.Pick(quick: 1, normal: 2, @long: 300)).Select(_ => Random.Shared.Next());
        var shed = 0L;
        foreach (var seed in kept.Concat(fresh))
        {
            shed += await Run(seed);
        }

        Assert.True(shed > 0, "no run came to its limit");
    }

    private static async Task<long> Run(int seed)
    {
        await using var model = new BufferModel(seed);
        for (var step = 1; step <= StepsOfARun; step++)
        {
            try
            {
                await model.Step();
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"seed {seed} fails at step {step}; add it to model-seeds.txt", failure);
            }
        }

        return model.Shed;
    }
}
