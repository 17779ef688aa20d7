/* The Python module atr_checksum._tck. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "tck.h"
#ifdef _WIN32
#include "resource.h"
#endif

static PyObject *tck(PyObject *module, PyObject *argument)
{
    Py_buffer atr;
    unsigned char check;

    (void)module;
    if (PyObject_GetBuffer(argument, &atr, PyBUF_SIMPLE) != 0)
        return NULL;
    if (atr.len < 2) {
        PyBuffer_Release(&atr);
        PyErr_SetString(PyExc_ValueError, "an ATR has two bytes or more");
        return NULL;
    }
    check = atr_tck(atr.buf, (size_t)atr.len);
    PyBuffer_Release(&atr);
    return PyLong_FromLong(check);
}

static PyMethodDef methods[] = {
    {"tck", tck, METH_O, "The exclusive or of all bytes of an ATR but the first."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_tck",
    .m_doc = "The check byte of an ATR, in C.",
    .m_size = 0,
    .m_methods = methods,
};

PyMODINIT_FUNC PyInit__tck(void)
{
    return PyModule_Create(&definition);
}
