using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EdgeGateway.Contracts;

/// <summary>Durations as the configuration writes them: a number and one unit, "500ms", "30s", "15m", "24h" or "7d".</summary>
public static class Duration
{
    /// <summary>Longest duration that is read: ten years.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromDays(3_653);

    /// <summary>False for anything but a number from 0 and one of the units, up to <see cref="Max"/>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TimeSpan duration)
    {
        duration = default;
        if (text is null)
        {
            return false;
        }

        var digits = text.AsSpan().TrimEnd("mshd");
        double? secondsPerUnit = text.AsSpan(digits.Length) switch
        {
            "ms" => 0.001,
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            _ => null,
        };
        if (secondsPerUnit is null
            || !double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            || count * secondsPerUnit > Max.TotalSeconds)
        {
            return false;
        }

        duration = TimeSpan.FromSeconds(count * secondsPerUnit.Value);
        return true;
    }

    /// <summary>In the largest unit that leaves a whole number, for example "30m".</summary>
    public static string Format(TimeSpan duration)
    {
        var milliseconds = (long)duration.TotalMilliseconds;
        return milliseconds switch
        {
            0 => "0s",
            _ when milliseconds % 86_400_000 == 0 => milliseconds / 86_400_000 + "d",
            _ when milliseconds % 3_600_000 == 0 => milliseconds / 3_600_000 + "h",
            _ when milliseconds % 60_000 == 0 => milliseconds / 60_000 + "m",
            _ when milliseconds % 1_000 == 0 => milliseconds / 1_000 + "s",
            _ => milliseconds + "ms",
        };
    }
}
