namespace EdgeGateway.Cloud.Views;

/// <summary>
/// Bytes of many short pieces. It grows by a page at a time, so that it takes no more memory than it holds and is never a
/// large object to the garbage collector, which moves those rarely; its memory is used again.
/// </summary>
public sealed class PagedBuffer
{
    private const int PageBits = 16;
    private const int PageBytes = 1 << PageBits;
    private const int MaxSparePages = 256;

    private readonly List<byte[]> pages = [];
    private int page = -1;
    private int used = PageBytes;

    /// <summary>Adds a piece and returns where it lies.</summary>
    public int Add(ReadOnlySpan<byte> piece)
    {
        if (piece.Length > PageBytes - used)
        {
            NextPage(piece.Length);
        }

        var place = (page << PageBits) | used;
        piece.CopyTo(pages[page].AsSpan(used));
        used += piece.Length;
        return place;
    }

    /// <summary>A piece that was added.</summary>
    public ReadOnlySpan<byte> Read(int place, int length) => pages[place >> PageBits].AsSpan(place & (PageBytes - 1), length);

    public void Clear()
    {
        if (pages.Count > MaxSparePages)
        {
            pages.RemoveRange(MaxSparePages, pages.Count - MaxSparePages);
        }

        (page, used) = (-1, PageBytes);
    }

    private void NextPage(int atLeast)
    {
        (page, used) = (page + 1, 0);
        if (page == pages.Count)
        {
            pages.Add([]);
        }

        if (pages[page].Length < atLeast || pages[page].Length == 0)
        {
            pages[page] = new byte[Math.Max(PageBytes, atLeast)];
        }
    }
}
