using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace EdgeGateway.Contracts;

/// <summary>
/// Goes through the fields of one JSON object. A value that is null counts as absent; a value of the wrong type
/// or out of bounds is a <see cref="FormatException"/> that names the field. Strings that come again and again
/// (gateways, devices, sites) are taken from a small pool of the thread instead of being allocated.
/// </summary>
internal ref struct RecordReader
{
    /// <summary>Longest value that is read.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Last year that something can have happened in.</summary>
    public const int LastYear = 2200;

    /// <summary>Longest string that is read.</summary>
    public const int MaxCharacters = 512;

    private const int MaxIdCharacters = 128;

    private static readonly DateTimeOffset TooLate = new(LastYear + 1, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // What an id may not hold, and the first byte of the control characters past ASCII.
    private static readonly SearchValues<byte> Suspicious = SearchValues.Create([.. Enumerable.Range(0, 32).Select(b => (byte)b), 0x7F, (byte)'/', 0xC2]);

    private Utf8JsonReader _json;
    private ReadOnlySpan<byte> _name;
    private bool _begun;

    public RecordReader(ReadOnlySpan<byte> value)
    {
        _json = new Utf8JsonReader(value);
    }

    /// <summary>Name of the field that <see cref="Next"/> found, UTF-8.</summary>
    public readonly ReadOnlySpan<byte> Name => _name;

    /// <inheritdoc cref="Name"/>
    public readonly string NameText => StringPool.Get(_name);

    /// <summary>Whether the field has this name.</summary>
    public readonly bool Is(ReadOnlySpan<byte> name) => _name.SequenceEqual(name);

    /// <summary>Moves to the next field that is not null; false past the last one.</summary>
    public bool Next()
    {
        if (!_begun)
        {
            _begun = true;
            if (!_json.Read() || _json.TokenType != JsonTokenType.StartObject)
            {
                throw new FormatException("the value is not a JSON object");
            }
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            _name = _json.ValueIsEscaped ? Encoding.UTF8.GetBytes(_json.GetString()!) : _json.ValueSpan;
            _json.Read();
            if (_json.TokenType != JsonTokenType.Null)
            {
                return true;
            }
        }

        if (_json.CurrentDepth == 0)
        {
            // Reads past the end so that anything after the object is found out.
            _json.Read();
        }

        return false;
    }

    /// <summary>Reads a whole value of a record.</summary>
    /// <exception cref="FormatException">It is too long, no JSON, or <paramref name="read"/> says so.</exception>
    public static T Whole<T>(ReadOnlySpan<byte> value, RecordRead<T> read, int maxBytes = MaxBytes)
        where T : allows ref struct
    {
        if (value.Length > maxBytes)
        {
            throw new FormatException($"the value has {value.Length} bytes, more than {maxBytes}");
        }

        // Nearly all values are ASCII, which is found out in two thirds of the time.
        if (!Ascii.IsValid(value) && !Utf8.IsValid(value))
        {
            throw new FormatException("the value is not UTF-8");
        }

        try
        {
            var json = new RecordReader(value);
            return read(ref json);
        }
        catch (JsonException e)
        {
            throw new FormatException($"the value is not JSON: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            // Half of a surrogate pair, escaped: JSON's grammar has it, Unicode does not.
            throw new FormatException($"the value holds text that is not Unicode: {e.Message}", e);
        }
    }

    /// <summary>Passes over the value of a field that is not known.</summary>
    public void Skip() => _json.Skip();

    /// <summary>A string of 1 to <paramref name="max"/> characters.</summary>
    public readonly string Text(int max = MaxCharacters) => StringPool.Get(Utf8Text(max));

    /// <summary>A string of 1 to <paramref name="max"/> characters where it lies, UTF-8.</summary>
    public readonly ReadOnlySpan<byte> Utf8Text(int max = MaxCharacters)
    {
        if (_json.TokenType != JsonTokenType.String)
        {
            throw Wrong("a string");
        }

        var text = _json.ValueIsEscaped ? Encoding.UTF8.GetBytes(_json.GetString()!) : _json.ValueSpan;
        return text.Length >= 1 && (text.Length <= max || Encoding.UTF8.GetCharCount(text) <= max)
            ? text
            : throw new FormatException($"{NameText} has {Encoding.UTF8.GetCharCount(text)} characters, not 1 to {max}");
    }

    /// <summary>As <see cref="Id"/>, where it lies.</summary>
    public readonly ReadOnlySpan<byte> Utf8Id()
    {
        var text = Utf8Text(MaxIdCharacters);
        if (text.ContainsAny(Suspicious))
        {
            CheckId(Encoding.UTF8.GetString(text));
        }

        return text;
    }

    /// <summary>Part of a key: a string of 1 to 128 characters without slash or control characters.</summary>
    public readonly string Id() => StringPool.Get(Utf8Id());

    public readonly string OneOf(params ReadOnlySpan<string> names)
    {
        var text = Text();
        return names.Contains(text)
            ? text
            : throw new FormatException($"{NameText} is '{text}', not one of {string.Join(", ", names)}");
    }

    public readonly double Number(double min, double max)
    {
        if (_json.TokenType != JsonTokenType.Number)
        {
            throw Wrong("a number");
        }

        var number = _json.GetDouble();
        return number >= min && number <= max
            ? number
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{NameText} is {number}, not within {min} to {max}"));
    }

    public readonly long Integer(long min, long max = long.MaxValue)
    {
        if (_json.TokenType != JsonTokenType.Number || !_json.TryGetInt64(out var number))
        {
            throw Wrong("a whole number");
        }

        return number >= min && number <= max
            ? number
            : throw new FormatException($"{NameText} is {number}, not within {min} to {max}");
    }

    public readonly bool Boolean() => _json.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw Wrong("true or false"),
    };

    /// <summary>When something happened, which durations are added to: the sum must stay a time.</summary>
    public readonly DateTimeOffset EventTime() => Time() is var time && time < TooLate ? time : throw new FormatException($"{NameText} lies after {LastYear}");

    public readonly DateTimeOffset Time()
    {
        if (_json.TokenType != JsonTokenType.String
            || !(_json.ValueIsEscaped ? Timestamp.TryParse(_json.GetString(), out var time) : Timestamp.TryParse(_json.ValueSpan, out time)))
        {
            throw Wrong("an ISO 8601 time with a zone");
        }

        return time >= DateTimeOffset.UnixEpoch ? time : throw new FormatException($"{NameText} lies before 1970");
    }

    /// <summary>An array of objects; what is wrong within one is said with its place.</summary>
    public List<T> Objects<T>(RecordRead<T> read)
    {
        if (_json.TokenType != JsonTokenType.StartArray)
        {
            throw Wrong("an array");
        }

        var name = NameText;
        var objects = new List<T>();
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (_json.TokenType != JsonTokenType.StartObject)
            {
                throw new FormatException($"{name}[{objects.Count}] is not an object");
            }

            try
            {
                objects.Add(read(ref this));
            }
            catch (FormatException e)
            {
                throw new FormatException($"{name}[{objects.Count}]: {e.Message}", e);
            }
        }

        return objects;
    }

    /// <summary>Any value, kept as it is.</summary>
    public JsonElement Element() => JsonElement.ParseValue(ref _json);

    /// <summary>A field that every such record has.</summary>
    public static T Required<T>(T? value, string name)
        where T : class => value ?? throw new FormatException($"{name} is missing");

    /// <inheritdoc cref="Required{T}(T?, string)"/>
    public static T Required<T>(T? value, string name)
        where T : struct => value ?? throw new FormatException($"{name} is missing");

    /// <inheritdoc cref="Required{T}(T?, string)"/>
    public static ReadOnlySpan<byte> Required(ReadOnlySpan<byte> utf8, string name) => utf8.IsEmpty ? throw new FormatException($"{name} is missing") : utf8;

    private readonly void CheckId(string text)
    {
        foreach (var c in text)
        {
            if (c == '/' || char.IsControl(c))
            {
                throw new FormatException($"{NameText} holds a slash or a control character");
            }
        }
    }

    private readonly FormatException Wrong(string expected) => new($"{NameText} is not {expected}");
}

/// <summary>Reads the fields of one kind of record.</summary>
internal delegate T RecordRead<T>(scoped ref RecordReader json)
    where T : allows ref struct;
