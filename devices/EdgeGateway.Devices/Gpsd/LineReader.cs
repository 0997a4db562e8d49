namespace EdgeGateway.Devices.Gpsd;

/// <summary>Cuts a stream into lines of bounded length; a longer one is given up to its bound and its rest skipped.</summary>
internal sealed class LineReader(Stream stream, int longest)
{
    private readonly byte[] _buffer = new byte[longest + 1];
    private int _start;
    private int _end;
    private bool _skipping;

    /// <summary>The next line without its end; null at the end of the stream. Valid until the next call.</summary>
    public async ValueTask<Line?> ReadAsync(CancellationToken cancel)
    {
        while (true)
        {
            var newline = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                var line = _buffer.AsMemory(_start, newline);
                _start += newline + 1;
                if (!_skipping)
                {
                    return new Line(line, TooLong: false);
                }

                _skipping = false;
                continue;
            }

            if (_skipping)
            {
                _start = _end = 0;
            }
            else if (_end - _start == _buffer.Length)
            {
                _skipping = true;
                _start = _end = 0;
                return new Line(_buffer.AsMemory(0, longest), TooLong: true);
            }
            else if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                _end -= _start;
                _start = 0;
            }

            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancel);
            if (read == 0)
            {
                return null;
            }

            _end += read;
        }
    }
}

/// <summary>A line, or the beginning of one that was too long.</summary>
internal readonly record struct Line(ReadOnlyMemory<byte> Bytes, bool TooLong);
