using System.Diagnostics;

namespace EdgeGateway.Testing;

/// <summary>Awaits a condition instead of sleeping: polls every 20 ms, fails with the given words after a time limit (10 s).</summary>
public static class Eventually
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <exception cref="TimeoutException">The condition did not come true in time.</exception>
    public static Task True(Func<bool> condition, string what, TimeSpan? within = null) =>
        True(() => Task.FromResult(condition()), what, within);

    /// <exception cref="TimeoutException">The condition did not come true in time; holds the last exception it threw, if any.</exception>
    public static async Task True(Func<Task<bool>> condition, string what, TimeSpan? within = null) =>
        await Value(async () => await condition() ? "true" : null, what, within);

    /// <summary>Waits until <paramref name="probe"/> yields something and returns it.</summary>
    /// <exception cref="TimeoutException">It yielded nothing in time; holds the last exception it threw, if any.</exception>
    public static async Task<T> Value<T>(Func<Task<T?>> probe, string what, TimeSpan? within = null)
        where T : class
    {
        TimeSpan limit = within ?? TimeSpan.FromSeconds(10);
        long started = Stopwatch.GetTimestamp();
        Exception? last = null;
        while (true)
        {
            try
            {
                if (await probe() is { } value)
                {
                    return value;
                }

                last = null;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                last = e;
            }

            if (Stopwatch.GetElapsedTime(started) > limit)
            {
                throw new TimeoutException($"Not within {limit.TotalSeconds:0.#} s: {what}.", last);
            }

            await Task.Delay(Poll);
        }
    }

    /// <summary>Waits until two values are equal; says both when they never are.</summary>
    /// <exception cref="TimeoutException">They were not equal in time.</exception>
    public static async Task Equal<T>(T expected, Func<T> actual, string what, TimeSpan? within = null)
    {
        try
        {
            await True(() => EqualityComparer<T>.Default.Equals(expected, actual()), what, within);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} Expected {expected}, last seen {actual()}.", e.InnerException);
        }
    }
}
