namespace EdgeGateway.Devices.Gpsd;

/// <summary>Cuts a stream into lines of bounded length; a longer one is given up to its bound and its rest skipped.</summary>
internal sealed class LineReader(Stream stream, int longest)
{
    private readonly byte[] buffer = new byte[longest + 1];
    private int start;
    private int end;
    private bool skipping;

    /// <summary>The next line without its end; null at the end of the stream. Valid until the next call.</summary>
    public async ValueTask<Line?> ReadAsync(CancellationToken cancel)
    {
        while (true)
        {
            var newline = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                var line = buffer.AsMemory(start, newline);
                start += newline + 1;
                if (!skipping)
                {
                    return new Line(line, TooLong: false);
                }

                skipping = false;
                continue;
            }

            if (skipping)
            {
                start = end = 0;
            }
            else if (end - start == buffer.Length)
            {
                skipping = true;
                start = end = 0;
                return new Line(buffer.AsMemory(0, longest), TooLong: true);
            }
            else if (start > 0)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                end -= start;
                start = 0;
            }

            var read = await stream.ReadAsync(buffer.AsMemory(end), cancel);
            if (read == 0)
            {
                return null;
            }

            end += read;
        }
    }
}

/// <summary>A line, or the beginning of one that was too long.</summary>
internal readonly record struct Line(ReadOnlyMemory<byte> Bytes, bool TooLong);
