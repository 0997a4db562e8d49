using System.Text;

namespace EdgeGateway.Agent.Intake;

/// <summary>A payload that was no reading, for a person to look at.</summary>
/// <param name="At">When it came.</param>
/// <param name="Reason">What is wrong with it.</param>
/// <param name="Sample">Its beginning: as text when it is printable, else in hex.</param>
public sealed record Refusal(DateTimeOffset At, string Reason, string Sample)
{
    private const int MaxSampleBytes = 256;

    public static Refusal Of(DateTimeOffset at, string reason, ReadOnlySpan<byte> payload)
    {
        var cut = payload[..Math.Min(payload.Length, MaxSampleBytes)];
        var text = Encoding.UTF8.GetString(cut);
        var printable = !text.Any(c => c == '\uFFFD' || (char.IsControl(c) && c is not ('\t' or '\r' or '\n')));
        return new Refusal(at, reason, (printable ? text : Convert.ToHexString(cut)) + (payload.Length > MaxSampleBytes ? "…" : ""));
    }
}
