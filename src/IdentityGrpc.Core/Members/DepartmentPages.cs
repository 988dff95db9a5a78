using System.Threading.Channels;
using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Members;

/// <summary>The pages of one department, read ahead of their reader as far as the walk's window lets it.</summary>
internal sealed class DepartmentPages
{
    private readonly Channel<PageRead<DirectoryMember>> _pages = Channel.CreateUnbounded<PageRead<DirectoryMember>>(new() { SingleReader = true, SingleWriter = true });
    private readonly PageWindow _window;
    private readonly PagePlace _place;
    private bool _isTaken;

    /// <summary>Begins to read.</summary>
    /// <param name="from">Where to begin.</param>
    /// <param name="number">The place in the walk.</param>
    /// <param name="window">What bounds it.</param>
    /// <param name="reader">What reads.</param>
    /// <param name="walk">For which walk; its cancellation ends the reading.</param>
    public DepartmentPages(DepartmentPosition from, int number, PageWindow window, DepartmentReader reader, WalkCall walk)
    {
        From = from;
        _window = window;
        _place = new(number);
        Reading = ReadAsync(reader.ReadMembersAsync(walk, from, () => window.IsHead(_place), walk.Cancellation), walk.Cancellation);
    }

    /// <summary>Where the reading began.</summary>
    public DepartmentPosition From { get; }

    /// <summary>Ends, without an exception, when all is read or the walk is over.</summary>
    public Task Reading { get; }

    /// <summary>The walk sends these members next.</summary>
    public void BeginToSend() => _window.MoveTo(_place);

    /// <summary>Takes the next page, which makes room for another; false where it is not there yet.</summary>
    public bool TryTake(out PageRead<DirectoryMember> page)
    {
        // The page before has been sent by now, and makes room for another.
        if (_isTaken) _window.Exit(_place);
        _isTaken = _pages.Reader.TryRead(out page);
        return _isTaken;
    }

    /// <summary>Waits until there is a page.</summary>
    /// <exception cref="OperationCanceledException">The walk is over.</exception>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        if (!await _pages.Reader.WaitToReadAsync(cancellation)) throw new InvalidOperationException("A listing ended without its last page.");
    }

    /// <summary>All is taken that is needed.</summary>
    public void End()
    {
        _window.Leave(_place);
        _isTaken = false;
    }

    private async Task ReadAsync(IAsyncEnumerable<PageRead<DirectoryMember>> listing, CancellationToken cancellation)
    {
        try
        {
            await using var pages = listing.GetAsyncEnumerator(CancellationToken.None);
            bool isLast = false;
            while (!isLast)
            {
                await _window.EnterAsync(_place, cancellation);
                if (!await pages.MoveNextAsync()) break;
                _pages.Writer.TryWrite(pages.Current);
                isLast = pages.Current.IsLast;
            }
            _pages.Writer.Complete();
        }
        catch (Exception e)
        {
            // The one who waits for the page hears of it.
            _pages.Writer.Complete(e);
        }
    }
}
