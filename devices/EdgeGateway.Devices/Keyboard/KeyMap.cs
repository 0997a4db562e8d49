namespace EdgeGateway.Devices.Keyboard;

/// <summary>What the keys of a keyboard layout mean; the kernel tells positions (<c>linux/input-event-codes.h</c>), not characters.</summary>
internal sealed class KeyMap
{
    // The position of the first key of each row above.
    private static readonly int[] RowStarts = [2, 16, 30, 43, 86];

    private static readonly (int Code, char Character)[] Keypad =
    [
        (55, '*'), (71, '7'), (72, '8'), (73, '9'), (74, '-'), (75, '4'), (76, '5'), (77, '6'),
        (78, '+'), (79, '1'), (80, '2'), (81, '3'), (82, '0'), (83, '.'), (98, '/'), (57, ' '),
    ];

    public static readonly KeyMap Us = new(
        plain: ["1234567890-=", "qwertyuiop[]", "asdfghjkl;'`", "\\zxcvbnm,./", "<"],
        shifted: ["!@#$%^&*()_+", "QWERTYUIOP{}", "ASDFGHJKL:\"~", "|ZXCVBNM<>?", ">"],
        third: []);

    public static readonly KeyMap De = new(
        plain: ["1234567890ß´", "qwertzuiopü+", "asdfghjklöä^", "#yxcvbnm,.-", "<"],
        shifted: ["!\"§$%&/()=?`", "QWERTZUIOPÜ*", "ASDFGHJKLÖÄ°", "'YXCVBNM;:_", ">"],
        third: [(8, '{'), (9, '['), (10, ']'), (11, '}'), (12, '\\'), (16, '@'), (27, '~'), (86, '|')]);

    private readonly char[] plain = new char[128];
    private readonly char[] shifted = new char[128];
    private readonly char[] third = new char[128];

    private KeyMap(string[] plain, string[] shifted, (int Code, char Character)[] third)
    {
        for (var row = 0; row < RowStarts.Length; row++)
        {
            plain[row].CopyTo(this.plain.AsSpan(RowStarts[row]));
            shifted[row].CopyTo(this.shifted.AsSpan(RowStarts[row]));
        }

        foreach (var (code, character) in Keypad)
        {
            this.plain[code] = this.shifted[code] = character;
        }

        foreach (var (code, character) in third)
        {
            this.third[code] = character;
        }
    }

    /// <summary>The character of a key, or null for one that makes none.</summary>
    public char? Of(int code, bool shift, bool altGr)
    {
        if (code is < 0 or > 127)
        {
            return null;
        }

        var character = (altGr ? third : shift ? shifted : plain)[code];
        return character == '\0' ? null : character;
    }
}
