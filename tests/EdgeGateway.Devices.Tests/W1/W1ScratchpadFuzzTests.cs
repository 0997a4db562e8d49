using EdgeGateway.Devices.W1;
using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests.W1;

/// <summary>Damaged files of the kernel without end: each is a temperature the chip can measure, or says why it is none.</summary>
[Trait("Speed", "Slow")]
public sealed class W1ScratchpadFuzzTests
{
    private static readonly byte[][] Files =
    [
        .. Directory.GetFiles(Repository.PathOf("devices/EdgeGateway.Devices/W1/recordings")).Order(StringComparer.Ordinal).Select(File.ReadAllBytes),
        "27500"u8.ToArray(), "-18437\n"u8.ToArray(), "85000"u8.ToArray(),
    ];

    [Fact]
    public void A_damaged_file_is_never_taken_for_what_no_chip_measures() =>
        Fuzz.Run("w1", Files, TestScale.Pick(5_000, 50_000, 1_000_000), input =>
        {
            var sample = W1Scratchpad.Parse(input);
            Check(sample);
            Assert.True(sample.Condition != DeviceCondition.Ok || input.AsSpan().IndexOf("YES"u8) >= 0);
            Check(W1Scratchpad.ParseTemperature(input));
        });

    private static void Check(ProbeSample sample)
    {
        Assert.Equal(sample.Condition == DeviceCondition.Ok, sample.Fault is null);
        Assert.InRange(sample.Celsius, -55, 125);
    }
}
