namespace IdentityGrpc.Core.Batching;

/// <summary>Something that stands in at most one <see cref="Chain{T}"/> of its kind.</summary>
internal interface ILink<T> where T : class
{
    T? Previous { get; set; }

    T? Next { get; set; }
}

/// <summary>A doubly linked list whose nodes are the things themselves, so that joining and leaving cost nothing. A mutable struct: keep it in a field.</summary>
internal struct Chain<T> where T : class, ILink<T>
{
    public T? First { get; private set; }

    public T? Last { get; private set; }

    public int Count { get; private set; }

    public void AddLast(T item)
    {
        item.Previous = Last;
        item.Next = null;
        if (Last is null) First = item;
        else Last.Next = item;
        Last = item;
        Count++;
    }

    public void AddFirst(T item)
    {
        item.Next = First;
        item.Previous = null;
        if (First is null) Last = item;
        else First.Previous = item;
        First = item;
        Count++;
    }

    public void Remove(T item)
    {
        if (item.Previous is null) First = item.Next;
        else item.Previous.Next = item.Next;
        if (item.Next is null) Last = item.Previous;
        else item.Next.Previous = item.Previous;
        item.Previous = item.Next = null;
        Count--;
    }
}
