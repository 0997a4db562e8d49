using System.Globalization;
using EdgeGateway.Testing;

namespace EdgeGateway.Buffer.Tests.Faults;

/// <summary>Faults at the lowest call: a library between SQLite and the kernel lets the Nth change of a file fail.</summary>
[Trait("Speed", "Slow")]
public sealed class FaultTests(FaultShim shim) : IClassFixture<FaultShim>
{
    private const int NoSpace = 1;
    private const int IoError = 2;
    private const int Torn = 3;
    private const int TornAndKilled = 4;

    [Theory]
    [InlineData(NoSpace, 1)]
    [InlineData(NoSpace, 5)]
    [InlineData(IoError, 1)]
    [InlineData(IoError, 5)]
    [InlineData(Torn, 1)]
    public async Task A_failing_write_at_every_place_costs_no_event_and_doubles_none(int kind, int failures)
    {
        using var folder = new TempFolder();
        var step = TestScale.Pick(quick: 50, normal: 9, @long: 1);

        var (exitCode, output, errors) = await ChildProcess.Run(
            "dotnet",
            [ChildProgram.Path, "endure", folder.Path, "small", Text(kind), Text(failures), Text(step)],
            shim.Environment(),
            within: TimeSpan.FromMinutes(TestScale.Long ? 20 : 1));

        Assert.True(exitCode == 0, output + errors);
        var reached = long.Parse(output.Split(' ')[^1], CultureInfo.InvariantCulture);
        Assert.True(reached > 50, $"only {reached} changes were made to the files");
    }

    [Theory]
    [InlineData("shedding", NoSpace)]
    [InlineData("shedding", IoError)]
    [InlineData("shedding", Torn)]
    [InlineData("vacuum", NoSpace)]
    [InlineData("vacuum", IoError)]
    [InlineData("vacuum", Torn)]
    [InlineData("salvage", NoSpace)]
    [InlineData("salvage", IoError)]
    [InlineData("salvage", Torn)]
    public async Task A_failing_write_while_space_is_made_or_damage_mended_costs_nothing_that_the_ledger_does_not_name(string life, int kind)
    {
        using var folder = new TempFolder();
        var step = TestScale.Pick(quick: 4000, normal: 2003, @long: 101);

        var (exitCode, output, errors) = await ChildProcess.Run(
            "dotnet",
            [ChildProgram.Path, "endure", folder.Path, life, Text(kind), "1", Text(step)],
            shim.Environment(),
            within: TimeSpan.FromMinutes(TestScale.Long ? 20 : 2));

        Assert.True(exitCode == 0, output + errors);
    }

    [Fact]
    public async Task Dying_in_the_midst_of_a_write_at_any_place_costs_nothing_that_was_accepted()
    {
        var step = TestScale.Pick(quick: 60, normal: 17, @long: 1);
        var exitCode = -1;
        for (var at = 1; exitCode != 0; at += step)
        {
            using var test = new TestBuffer();
            (exitCode, var output, _) = await ChildProcess.Run(
                "dotnet", [ChildProgram.Path, "live", test.Options.Path], shim.Environment(at, TornAndKilled));
            var accepted = output.Length == 0 ? 0 : long.Parse(output.Split(' ')[^1], CultureInfo.InvariantCulture);

            if (File.Exists(test.Options.Path))
            {
                await using (var buffer = test.Open())
                {
                    var events = TestBuffer.ReadAll(buffer);
                    var first = buffer.AcknowledgedPosition + 1;
                    Assert.Equal(Enumerable.Range(0, events.Count).Select(i => first + i), events.Select(e => e.Seq));
                    Assert.Equal(events.Select(e => (double)e.Seq), events.Select(TestBuffer.Celsius));
                    Assert.True(buffer.LastSeq >= accepted, $"killed at change {at}: {buffer.LastSeq} of {accepted} accepted are there");
                }

                Assert.Empty(BufferTools.Verify(test.Options.Path));
            }
            else
            {
                Assert.Equal(0, accepted);
            }
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
