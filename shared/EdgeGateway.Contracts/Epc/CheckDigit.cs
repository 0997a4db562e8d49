namespace EdgeGateway.Contracts;

/// <summary>The last digit of GTIN, SSCC, GLN and GRAI: weights 3 and 1 from the right, modulo 10.</summary>
public static class CheckDigit
{
    /// <summary>Check digit that belongs after these digits.</summary>
    /// <exception cref="FormatException">Something else than digits.</exception>
    public static char Of(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            if (!char.IsAsciiDigit(digits[i]))
            {
                throw new FormatException($"'{digits[i]}' is no digit");
            }

            sum += (digits[i] - '0') * ((digits.Length - i) % 2 == 1 ? 3 : 1);
        }

        return (char)('0' + ((10 - (sum % 10)) % 10));
    }

    /// <summary>True when the text is all digits and the last one is the check digit of the others.</summary>
    public static bool IsRight(ReadOnlySpan<char> digits) =>
        digits.Length >= 2 && !digits.ContainsAnyExceptInRange('0', '9') && Of(digits[..^1]) == digits[^1];
}
