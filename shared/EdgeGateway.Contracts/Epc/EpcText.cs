namespace EdgeGateway.Contracts;

/// <summary>Encodings of text in the "plus" schemes; the value is the encoding indicator on the tag.</summary>
public enum EpcText
{
    /// <summary>Digits as one number.</summary>
    Integer = 0,

    /// <summary>4 bits a character of <c>0-9 A-F</c>.</summary>
    UpperHex = 1,

    /// <summary>4 bits a character of <c>0-9 a-f</c>.</summary>
    LowerHex = 2,

    /// <summary>6 bits a character of <c>A-Z a-z 0-9 - _</c>.</summary>
    Base64 = 3,

    /// <summary>7 bits a character of GS1's set of 82.</summary>
    Ascii = 4,

    /// <summary>16 bits for three characters of <c>A-Z - . : 0-9</c>.</summary>
    Code40 = 5,
}
