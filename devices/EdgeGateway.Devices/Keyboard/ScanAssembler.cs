using System.Text;

namespace EdgeGateway.Devices.Keyboard;

/// <summary>Puts key presses together to codes. A code ends at Enter; one that is too long or breaks off is given up.</summary>
internal sealed class ScanAssembler(KeyMap map)
{
    /// <summary>Longest code, characters: more than the largest GS1 Data Matrix that a label holds.</summary>
    public const int Longest = 512;

    /// <summary>Separates the fields of a GS1 code; keyboards have it as Ctrl and the key beside P.</summary>
    public const char GroupSeparator = '\x1D';

    private const int Enter = 28, KeypadEnter = 96;
    private const int LeftControl = 29, RightControl = 97;
    private const int LeftShift = 42, RightShift = 54;
    private const int AltGr = 100;
    private const int RightBracket = 27;

    // A scanner types a code in well under a second: what comes later belongs to another one.
    private const long LongestPauseNanoseconds = 2_000_000_000;

    private readonly StringBuilder text = new();
    private readonly HashSet<int> held = [];
    private long lastAt;
    private bool tooLong;

    /// <summary>What was typed so far, for a refusal.</summary>
    public string Text => text.ToString();

    /// <summary>Takes a key that was pressed or let go.</summary>
    public ScanStep Take(int code, bool pressed, long nanoseconds)
    {
        if (code is LeftControl or RightControl or LeftShift or RightShift or AltGr)
        {
            _ = pressed ? held.Add(code) : held.Remove(code);
            return ScanStep.Typing;
        }

        if (!pressed)
        {
            return ScanStep.Typing;
        }

        var brokeOff = text.Length > 0 && nanoseconds - lastAt > LongestPauseNanoseconds;
        lastAt = nanoseconds;
        if (brokeOff)
        {
            return ScanStep.BrokenOff;
        }

        if (code is Enter or KeypadEnter)
        {
            return tooLong ? ScanStep.TooLong : text.Length > 0 ? ScanStep.Complete : ScanStep.Typing;
        }

        if (Character(code) is { } character)
        {
            if (text.Length == Longest)
            {
                tooLong = true;
            }
            else
            {
                text.Append(character);
            }
        }

        return ScanStep.Typing;
    }

    /// <summary>Begins the next code. Keys held down stay so.</summary>
    public void Clear()
    {
        text.Clear();
        tooLong = false;
    }

    /// <summary>Forgets everything, as after keys were lost.</summary>
    public void Reset()
    {
        Clear();
        held.Clear();
    }

    private char? Character(int code)
    {
        if (held.Contains(LeftControl) || held.Contains(RightControl))
        {
            return code == RightBracket ? GroupSeparator : null;
        }

        return map.Of(code, held.Contains(LeftShift) || held.Contains(RightShift), held.Contains(AltGr));
    }
}

/// <summary>Where a code stands after a key.</summary>
internal enum ScanStep
{
    Typing,
    Complete,
    TooLong,

    /// <summary>The keys before this one were never ended by Enter; take this one again after clearing.</summary>
    BrokenOff,
}
